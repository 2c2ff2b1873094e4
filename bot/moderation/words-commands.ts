/** The handlers of `/words`. Answers are for the asker alone. */
import { MAX_TERM_LENGTH, MOST_TERMS } from '../../core/moderation/word-lists.ts';
import type { Card } from '../cards/card.ts';
import { escapeMarkdown, oneLine } from '../cards/plain-text.ts';
import { type WordsAnswer, wordListsCard, wordsAnswerCard, wordsTestCard } from '../cards/words-cards.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { CommandHandler } from '../interactions/handler.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { mayManage } from '../quota/options.ts';
import { canonicalText } from './words/canonical-text.ts';
import { termOf } from './words/find-term.ts';
import { judgePrompt } from './words/judge-prompt.ts';

const SHOWN_CHANGES = 8;

export const addWord = wordsHandler((guildId, interaction, ports) => changeList(guildId, interaction, ports, 'add'));
export const removeWord = wordsHandler((guildId, interaction, ports) => changeList(guildId, interaction, ports, 'remove'));

export const listWords = wordsHandler(async (guildId, _, { ledger }) => {
  const [guild, changes] = await Promise.all([ledger.moderation.guild(guildId), ledger.moderation.changes(guildId, SHOWN_CHANGES)]);
  return wordListsCard(guild, changes);
});

export const testWords = wordsHandler(async (guildId, { options }, { ledger }) => wordsTestCard(judgePrompt(String(options.get('prompt') ?? ''), await ledger.moderation.guild(guildId))));

async function changeList(guildId: string, interaction: CommandInteraction, ports: Ports, kind: 'add' | 'remove'): Promise<Card> {
  const term = oneLine(String(interaction.options.get('term') ?? ''));
  const list = interaction.options.get('list') ?? 'deny';
  const { text: canonical } = termOf(canonicalText(term));
  if (canonical === '' || term.length > MAX_TERM_LENGTH || (list !== 'deny' && list !== 'allow')) return wordsAnswerCard({ kind: 'unfit' });
  // Two spellings that are read alike are one entry.
  const isSame = (other: string) => termOf(canonicalText(other)).text === canonical;
  let refusal: WordsAnswer = { kind: 'unchanged' };
  const isChanged = await ports.ledger.moderation.change(changerOf(guildId, interaction), { kind, list, term }, (before) => {
    const terms = before[list];
    if (terms.some(isSame) === (kind === 'add')) return undefined;
    if (kind === 'remove') return { ...before, [list]: terms.filter((other) => !isSame(other)) };
    if (terms.length < MOST_TERMS) return { ...before, [list]: [...terms, term] };
    refusal = { kind: 'too-many' };
    return undefined;
  });
  if (!isChanged) return wordsAnswerCard(refusal);
  ports.log.info({ event: `words:${kind}:done`, guild: guildId, list, by: interaction.userId }, 'an admin changed the word rules');
  const where = list === 'deny' ? 'the denied words' : 'what is allowed all the same';
  return wordsAnswerCard({ kind: 'changed', text: `||${escapeMarkdown(term)}|| is ${kind === 'add' ? 'now' : 'no longer'} among ${where}.` });
}

function changerOf(guildId: string, { userId, id }: CommandInteraction) {
  return { guildId, by: userId, interactionId: id };
}

/** Discord's own gate is not relied on: a server can open a command to all. */
function wordsHandler(act: (guildId: string, interaction: CommandInteraction, ports: Ports) => Promise<Card>): CommandHandler {
  return async (interaction, ports) => {
    if (interaction.guildId === null) return ephemerally(wordsAnswerCard({ kind: 'guild-only' }));
    if (!mayManage(interaction)) return ephemerally(wordsAnswerCard({ kind: 'not-allowed' }));
    return ephemerally(await act(interaction.guildId, interaction, ports));
  };
}
