import type { AuditedChange, ModerationChange } from '../../core/moderation/audited-change.ts';
import { type GuildModeration, MAX_TERM_LENGTH, MOST_TERMS } from '../../core/moderation/word-lists.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, linesThatFit } from './plain-text.ts';

/**
 * To whoever asked with a denied word; it does not say which, as the card may be shown around. Meant to be ephemeral.
 * @param isLogged the server's moderators may see the prompt
 */
export function wordRuleCard(by: 'licence' | 'server', isLogged = false): Card {
  const text = {
    licence: 'Your words touch on sexual pictures of minors. Those are never painted, and nobody can allow them. If that is not what you meant, put it in other words.',
    server: 'A word rule of this server applies to your words. Put it in other words, or ask those who manage the server.',
  }[by];
  return createCard({ color: COLOURS.refused, title: 'I will not paint that', description: text, footer: { text: `Nothing was charged.${isLogged ? ' This server’s moderators see refused prompts.' : ''}` } });
}

const LISTS = { deny: 'Denied', allow: 'Allowed all the same' } as const;
/** Discord's most for an embed field's value. */
const MAX_FIELD_LENGTH = 1024;

/** A server's lists and the latest changes. Meant to be ephemeral. */
export function wordListsCard({ deny, allow }: GuildModeration, changes: readonly AuditedChange[]): Card {
  return createCard({
    color: COLOURS.about,
    title: 'Word rules of this server',
    description: 'Disguises are seen through: case, accents, other alphabets’ lookalikes, digits for letters, spacing. A word inside a longer one is not taken for it. Negative prompts are not looked at. Sexual pictures of minors are refused everywhere, whatever stands here.',
    fields: [
      { name: LISTS.deny, value: listed(deny) },
      { name: LISTS.allow, value: listed(allow) },
      ...(changes.length > 0 ? [{ name: 'Latest changes', value: linesThatFit(changes.map(changeLine), MAX_FIELD_LENGTH) }] : []),
    ],
  });
}

function listed(terms: readonly string[]): string {
  return terms.length === 0 ? 'none' : linesThatFit(terms.map((term) => `||${escapeMarkdown(term)}||`), MAX_FIELD_LENGTH, ', ');
}

/** Who changed what about moderation, and when. */
export function changeLine({ by, at, changed }: AuditedChange): string {
  return `<t:${Math.floor(at / 1000)}:d> <@${by}> ${changeWords(changed)}`;
}

function changeWords(changed: ModerationChange): string {
  switch (changed.kind) {
    case 'add':
      return `added ||${escapeMarkdown(changed.term)}|| (${changed.list})`;
    case 'remove':
      return `removed ||${escapeMarkdown(changed.term)}|| (${changed.list})`;
    case 'log':
      return changed.channelId === null ? 'took the log channel back' : `set the log channel to <#${changed.channelId}>`;
    case 'block':
      return `blocked <@${changed.userId}>`;
    case 'unblock':
      return `unblocked <@${changed.userId}>`;
  }
}

/** Answers to changes. */
export type WordsAnswer =
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'not-allowed' | 'guild-only' | 'unfit' | 'too-many' | 'unchanged' };

const REFUSALS = {
  'not-allowed': 'Word rules are for those with **Manage Server**.',
  'guild-only': 'Word rules are a server’s: use this in one.',
  unfit: `\`term\` takes a word or phrase of at most ${MAX_TERM_LENGTH} characters, with letters or digits in it.`,
  'too-many': `A list holds at most ${MOST_TERMS} words: remove some first.`,
  unchanged: 'That is so already. Nothing was changed.',
} as const;

export function wordsAnswerCard(answer: WordsAnswer): Card {
  if (answer.kind === 'changed') return createCard({ color: COLOURS.done, title: 'Word rules changed', description: answer.text });
  return createCard({ color: COLOURS.refused, title: answer.kind === 'unchanged' ? 'Nothing to do' : 'That does not work', description: REFUSALS[answer.kind] });
}

/** What the rules make of a text. Meant to be ephemeral: it names the rule. */
export function wordsTestCard(rule: { readonly by: 'licence' } | { readonly by: 'server'; readonly term: string } | undefined): Card {
  if (!rule) return createCard({ color: COLOURS.done, title: 'It would be painted', description: 'No word rule applies.' });
  const why = rule.by === 'licence' ? 'It touches on sexual pictures of minors, which no server can allow.' : `The denied term ||${escapeMarkdown(rule.term)}|| applies.`;
  return createCard({ color: COLOURS.refused, title: 'It would be refused', description: why });
}
