import type { Change } from '../../core/ledger/audit.ts';
import { MOST_RULES } from '../../core/ledger/rules.ts';
import type { Allowance, Rule } from '../../core/quota/rule.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, linesThatFit } from './plain-text.ts';
import { allowanceWords, targetWords } from './quota-words.ts';
import { credits, creditsOf, relativeTime } from './wording.ts';

/** An embed's description holds 4,096 characters. */
const MAX_LIST_LENGTH = 3900;

/** In the order in which they are asked. */
const ORDER: readonly Rule['target']['kind'][] = ['user', 'role', 'everyone', 'channel', 'server'];

export function rulesCard(rules: readonly Rule[], byDefault: Allowance): Card {
  const lines = rules
    .toSorted((a, b) => ORDER.indexOf(a.target.kind) - ORDER.indexOf(b.target.kind) || b.credits - a.credits)
    .map((rule) => `${targetWords(rule.target)}: **${allowanceWords(rule)}**`);
  return createCard({
    color: COLOURS.about,
    title: 'Quotas here',
    description: [linesThatFit(lines, MAX_LIST_LENGTH), `-# Whom no rule fits: ${allowanceWords(byDefault)}.`].filter((line) => line !== '').join('\n'),
    fields: [
      {
        name: 'How they add up',
        value: 'A person’s own rule beats their roles’, the most generous role’s beats everyone’s. What is shared *together* is a further limit for all who paint there.',
      },
    ],
    footer: { text: `${rules.length} of at most ${MOST_RULES} rules` },
  });
}

export function changesCard(changes: readonly Change[]): Card {
  const lines = changes.map(({ by, at, changed }) => `${relativeTime(at / 1000)} <@${by}> ${changeWords(changed)}`);
  return createCard({ color: COLOURS.about, title: 'Changes to the quotas', description: lines.length > 0 ? linesThatFit(lines, MAX_LIST_LENGTH) : 'Nobody has changed anything yet.' });
}

function changeWords(changed: Change['changed']): string {
  switch (changed.kind) {
    case 'set':
      return `set ${targetWords(changed.target)}: ${changed.before ? `${allowanceWords(changed.before)} → ` : ''}**${allowanceWords(changed.after)}**`;
    case 'remove':
      return `removed ${targetWords(changed.target)}: ${allowanceWords(changed.before)}`;
    case 'grant':
      return `granted <@${changed.userId}> **${credits(changed.amount)}**: ${leftWords(changed)}`;
    case 'reset':
      return `reset <@${changed.userId}>: ${leftWords(changed)}`;
  }
}

function leftWords({ before, after, reason }: Extract<Change['changed'], { reason: string | null }>): string {
  const why = reason === null ? '' : ` · “${escapeMarkdown(reason)}”`;
  return `${creditsOf(before.left, before.limit)} left → ${creditsOf(after.left, after.limit)}${why}`;
}
