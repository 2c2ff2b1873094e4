import { GRANT_CREDITS, RULE_CREDITS } from '../../core/quota/limits.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';

/** Why a quota command did nothing. */
export type QuotaRefusal = keyof typeof REFUSALS;

const REFUSALS = {
  'not-allowed': { title: 'You may not do that', text: 'Quotas are for those with **Manage Server**. `/credits` shows your own.' },
  'guild-only': { title: 'Only in a server', text: 'In direct messages everyone has the same credits; `/credits` shows yours.' },
  'no-target': { title: 'For whom?', text: 'Say one of `user`, `role`, `channel` or `everyone`.' },
  'several-targets': { title: 'One at a time', text: 'Say only one of `user`, `role`, `channel` and `everyone`; make a rule for each.' },
  'bad-credits': { title: 'That number does not work', text: `\`credits\` takes a number from ${RULE_CREDITS.min} to ${RULE_CREDITS.max}; a grant, from ${GRANT_CREDITS.min}.` },
  'bad-option': { title: 'I did not understand that', text: 'One of the options is not what this command takes. Reload Discord to see the present ones.' },
  'too-many-rules': { title: 'Too many rules', text: 'Drop some with `/quota remove`, or use roles instead of single users.' },
} as const satisfies Readonly<Record<string, { title: string; text: string }>>;

export function quotaRefusalCard(refusal: QuotaRefusal): Card {
  const { title, text } = REFUSALS[refusal];
  return createCard({ color: COLOURS.refused, title, description: text, footer: { text: 'Nothing was changed.' } });
}
