import { ASPECTS } from '../../core/aspect.ts';
import type { NotAllowed, PlaceSettings } from '../../core/place-settings/place-settings.ts';
import { DEFAULT_SCREENING, DEFAULT_SPOILER, type Metadata, PERCENT } from '../../core/screening.ts';
import { DEFAULT_ASPECT } from '../commands/imagine-command.ts';
import { STYLES } from '../../core/styles.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { modelTitle } from './wording.ts';

export interface ShownSettings {
  /** A place's own settings. */
  readonly settings: PlaceSettings;
  readonly channelId: string | undefined;
  readonly isChanged: boolean;
  /** The model that paints where no place chose one, by its title. */
  readonly standard: string;
}

/** The settings of a server or a channel. */
export function settingsCard({ settings, channelId, isChanged, standard }: ShownSettings): Card {
  const where = channelId === undefined ? 'this server' : `<#${channelId}>`;
  const { model, steps, style, aspect, models, longestEdge, roleIds, screening, adultScreening, spoiler, metadata } = settings;
  // What is chosen, and what holds in a server where nothing is.
  const lines: readonly (readonly [name: string, chosen: string | undefined, otherwise: string])[] = [
    ['Model', model && modelTitle(model), standard],
    ['Steps', steps?.toString(), 'as many as the model wants'],
    ['Style', style && STYLES[style].label, 'none'],
    ['Aspect', aspect && ASPECTS[aspect].label, ASPECTS[DEFAULT_ASPECT].label],
    ['Allowed models', models?.map(modelTitle).join(', '), 'all'],
    ['Longest side', longestEdge === undefined ? undefined : `${longestEdge} pixels`, 'as long as the model paints'],
    ['Who may ask', roleIds?.map((role) => `<@&${role}>`).join(', '), 'everybody'],
    ['Not posted', percent(screening, 'explicit'), percent(DEFAULT_SCREENING, 'explicit')],
    ['Not posted in age-restricted channels', percent(adultScreening, 'explicit'), 'as elsewhere'],
    ['Behind a spoiler', percent(spoiler, 'explicit or suggestive'), percent(DEFAULT_SPOILER, 'explicit or suggestive')],
    ['Files tell', metadata && METADATA_WORDS[metadata], METADATA_WORDS.everything],
  ];
  const line = ([name, chosen, otherwise]: (typeof lines)[number]) => `**${name}:** ${chosen ?? `*${channelId === undefined ? `not set: ${otherwise}` : 'as in the server'}*`}`;
  return createCard({
    color: isChanged ? COLOURS.done : COLOURS.about,
    title: isChanged ? 'Settings changed' : 'Settings',
    description: `For ${where}:\n${lines.map(line).join('\n')}`,
    footer: { text: 'A channel’s settings go before the server’s. Those with Manage Server need no role to ask.' },
  });
}

/** How sure the screen must be; 100 switch it off. */
function percent(value: number, what: string): string;
function percent(value: number | undefined, what: string): string | undefined;
function percent(value: number | undefined, what: string): string | undefined {
  if (value === undefined) return undefined;
  return value >= PERCENT.max ? 'never' : `from ${value} % ${what} on`;
}

const METADATA_WORDS = { everything: 'prompt and settings', origin: 'only their origin' } as const satisfies Readonly<Record<Metadata, string>>;

/** Why a settings command did nothing. */
export type SettingsRefusal = keyof typeof REFUSALS;
const REFUSALS = {
  'not-allowed': 'Settings are for those with **Manage Server**.',
  'guild-only': 'Settings are a server’s: use this in one.',
  'nothing-said': 'Say at least one of the options.',
  'unknown-model': 'There is no such model. `models` takes ids with commas between, such as `demo, sdxl`.',
  'default-not-allowed': 'The model that is painted with when nobody says would not be among the allowed ones.',
  unfit: 'One of the options is not what this command takes. Reload Discord to see the present ones.',
} as const;

export function settingsRefusalCard(refusal: SettingsRefusal): Card {
  return createCard({ color: COLOURS.refused, title: 'That does not work', description: REFUSALS[refusal], footer: { text: 'Nothing was changed.' } });
}

/** To whoever asks for a picture that the server's settings do not allow. */
export function notAllowedCard(reason: NotAllowed, { models = [], longestEdge = 0, roleIds = [] }: PlaceSettings): Card {
  const text = {
    role: `Here only members with ${roleIds.map((role) => `<@&${role}>`).join(' or ')} may ask for pictures.`,
    model: `Here only these models may be asked for: ${models.map((id) => `${modelTitle(id)} (\`${id}\`)`).join(', ')}.`,
    size: `Here pictures may be at most ${longestEdge} pixels long as they are painted. Choose an aspect nearer to a square, or a smaller picture.`,
  }[reason];
  return createCard({ color: COLOURS.refused, title: 'Not here', description: text, footer: { text: 'Nothing was charged.' } });
}
