import type { Adjusted } from '../../core/ledger/adjust.ts';
import type { RuleChange } from '../../core/ledger/change-rule.ts';
import type { Allowance, RuleTarget } from '../../core/quota/rule.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { allowanceWords, isShared, targetWords } from './quota-words.ts';
import { credits, creditsOf, relativeTime } from './wording.ts';

/** What became of a rule. */
export function ruleChangeCard(target: RuleTarget, change: Exclude<RuleChange, { kind: 'too-many-rules' }>): Card {
  const whom = targetWords(target);
  switch (change.kind) {
    case 'changed':
      return createCard({
        color: COLOURS.done,
        title: change.after ? 'The rule is in force' : 'The rule is gone',
        fields: [
          { name: 'For', value: whom },
          { name: 'Before', value: allowanceOrNone(change.before), inline: true },
          { name: 'Now', value: allowanceOrNone(change.after), inline: true },
        ],
        footer: { text: isShared({ target }) ? 'It holds for what is asked from now on; the pot starts full.' : 'It holds for what is asked from now on. What a person has spent before counts.' },
      });
    case 'unchanged':
      return createCard({
        color: COLOURS.about,
        title: 'Nothing to change',
        description: change.rule ? `${whom}: that is the rule already (${allowanceWords(change.rule)}).` : `${whom}: there is no such rule. \`/quota list\` shows all.`,
      });
    case 'done-before':
      return createCard({ color: COLOURS.about, title: 'Done already', description: `${whom}: this very command has been carried out before.` });
  }
}

function allowanceOrNone(allowance: Allowance | null): string {
  return allowance ? allowanceWords(allowance) : 'no rule';
}

/** What became of a grant or a reset. */
export function adjustedCard(userId: string, kind: 'grant' | 'reset', adjusted: Adjusted): Card {
  if (adjusted.kind !== 'adjusted') {
    const { left, limit } = adjusted.balance;
    const why = adjusted.kind === 'done-before' ? 'This very command has been carried out before.' : 'They have spent nothing since their credits last came back.';
    return createCard({ color: COLOURS.about, title: 'Nothing to change', description: `${why} <@${userId}> has ${creditsOf(left, limit)} left.` });
  }
  const { before, after } = adjusted;
  return createCard({
    color: COLOURS.done,
    title: kind === 'grant' ? 'Granted' : 'Reset',
    description: kind === 'grant' ? `<@${userId}> has ${credits(after.limit - before.limit)} more.` : `<@${userId}> starts anew.`,
    fields: [
      { name: 'Left before', value: creditsOf(before.left, before.limit), inline: true },
      // After a reset the limit holds what was forgiven, which says nothing to anybody.
      { name: 'Left now', value: kind === 'grant' ? creditsOf(after.left, after.limit) : credits(after.left), inline: true },
      { name: 'Until', value: relativeTime(after.resetsAt), inline: true },
    ],
    footer: { text: after.reserved > 0 ? 'What is held for jobs in work stays held.' : 'Kept in /quota log.' },
  });
}
