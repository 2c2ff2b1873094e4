import type { Balance } from '../../core/ledger/account.ts';
import type { Entry } from '../../core/ledger/entries.ts';
import type { Standing } from '../../core/ledger/standing.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { progressBar } from './progress-bar.ts';
import { ruleWords } from './quota-words.ts';
import { credits, creditsOf, relativeTime } from './wording.ts';

/** What somebody has left, the rule, and what moved lately. `whose` is `undefined` for the reader's own. */
export function standingCard(standing: Standing, whose?: string): Card {
  const { own, shared } = standing;
  const lately = summed(standing.entries);
  return createCard({
    color: COLOURS.about,
    title: whose === undefined ? 'Your credits' : 'Credits',
    description: `${whose === undefined ? '' : `<@${whose}>\n`}**${creditsOf(own.left, own.limit)}** left\n${progressBar(own.left, own.limit)}`,
    fields: [
      { name: 'Spent', value: credits(own.spent), inline: true },
      { name: 'Held for jobs', value: credits(own.reserved), inline: true },
      { name: 'They come back', value: relativeTime(own.resetsAt), inline: true },
      { name: 'The rule', value: ruleWords(own.rule) },
      ...shared.map(potField),
      { name: 'Lately', value: lately.length > 0 ? lately.map(entryLine).join('\n') : 'Nothing yet.' },
    ],
    footer: { text: 'One credit paints one picture with the usual settings. You pay only for a picture that arrives.' },
  });
}

function potField(pot: Balance): { name: string; value: string } {
  const name = pot.rule.target.kind === 'channel' ? 'Shared in this channel' : 'Shared by the whole server';
  return { name, value: `${creditsOf(pot.left, pot.limit)} left, back ${relativeTime(pot.resetsAt)}\n-# ${ruleWords(pot.rule)}` };
}

const MOVED: Readonly<Record<Entry['kind'], string>> = {
  reserve: 'held for a job',
  settle: 'paid for a picture',
  refund: 'given back',
  grant: 'granted',
  reset: 'forgiven',
};

const SHOWN_ENTRIES = 8;

/** Without the holding of what has been paid or given back since. */
function summed(entries: readonly Entry[]): readonly Entry[] {
  const over = new Set(entries.flatMap(({ kind, id }) => (kind === 'settle' || kind === 'refund' ? [id] : [])));
  return entries.filter(({ kind, id }) => kind !== 'reserve' || !over.has(id)).slice(0, SHOWN_ENTRIES);
}

function entryLine({ kind, amount, at }: Entry): string {
  return `${relativeTime(at / 1000)} · ${credits(amount)} ${MOVED[kind]}`;
}
