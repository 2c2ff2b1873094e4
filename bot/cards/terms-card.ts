import { LICENCES, type LicenceId } from '../../core/moderation/licence.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { button, row } from './components.ts';
import { COLOURS } from './palette.ts';

/** Attachment A of CreativeML Open RAIL++-M, in plain words; {@link TERMS_VERSION} counts its versions. */
const RULES = [
  'nothing that breaks the law',
  'nothing that exploits or harms minors, and nothing sexual with them, ever',
  'no false information to harm others, and no pictures that pass for real people or events to deceive',
  'no harassing, defaming or exposing people, and no private data to harm them',
  'nothing that demeans or discriminates against people for what they are or believe',
  'no medical advice, and no decisions about people’s rights, justice, migration or asylum',
] as const;

export interface Terms {
  readonly licence: LicenceId;
  /** Whether the model comes under it; otherwise whoever runs the bot wants its rules kept all the same. */
  readonly isModels: boolean;
}

/** Asks for acceptance before the first picture. Meant to be ephemeral. */
export function termsCard({ licence, isModels }: Terms, acceptId: string, goesOn: boolean): Card {
  const { name, url } = LICENCES[licence];
  const why = isModels ? `This model comes under the [${name}](${url}), which binds whoever uses it.` : `Whoever runs this bot wants everybody to keep to the rules of the [${name}](${url}).`;
  return createCard(
    {
      color: COLOURS.about,
      title: 'Before your first picture',
      description:
        `${why} In plain words:\n${RULES.map((rule) => `- ${rule}`).join('\n')}\n\n` +
        `${isModels ? 'The licence itself counts. ' : ''}${goesOn ? 'Accept, and your picture goes in line.' : 'Accept, then ask for your picture once more.'}`,
      footer: { text: 'Nothing was charged. What is kept: that you accepted, which version, and when. You are asked again only if the rules change.' },
    },
    [],
    [row(button(acceptId, { label: 'I accept these rules', style: 'success' }))],
  );
}

/** After acceptance, when no job waits any more. */
export function termsAcceptedCard(): Card {
  return createCard({ color: COLOURS.done, title: 'Thank you', description: 'Now ask for your picture once more.' });
}

/** The rules have changed since the card with this button was shown. */
export function termsOutdatedCard(): Card {
  return createCard({ color: COLOURS.refused, title: 'These rules have changed', description: 'Ask for your picture once more to see the present ones.' });
}
