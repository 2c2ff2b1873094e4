/**
 * Whatever people type, a card stays what it is: text of theirs is compared, by the reading of Discord's markdown, with a
 * harmless word in its place. More pings, links, headings or bold than that has, there must not be.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelledCard } from '../../../bot/cards/cancelled-card.ts';
import type { Card } from '../../../bot/cards/card.ts';
import { describeCard } from '../../../bot/cards/describe-card.ts';
import { editModal } from '../../../bot/cards/edit-modal.ts';
import { failureCard, failurePost } from '../../../bot/cards/failure-card.ts';
import { keepsakeCard } from '../../../bot/cards/keepsake-card.ts';
import { refusedPromptCard } from '../../../bot/cards/moderation-cards.ts';
import { paintingCard } from '../../../bot/cards/painting-card.ts';
import { pictureCard } from '../../../bot/cards/picture-card.ts';
import { changesCard } from '../../../bot/cards/quota-list-cards.ts';
import { queuedCard } from '../../../bot/cards/queued-card.ts';
import { reportCard } from '../../../bot/cards/report-cards.ts';
import { statusCard } from '../../../bot/cards/status-card.ts';
import { wordListsCard, wordsTestCard } from '../../../bot/cards/words-cards.ts';
import { oneLine } from '../../../bot/cards/plain-text.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { readImagine } from '../../../bot/interactions/read-imagine.ts';
import { MAX_PROMPT_LENGTH } from '../../../core/limits.ts';
import { DEMO } from '../../../core/model.ts';
import { MAX_REPORT_LENGTH } from '../../../core/moderation/report-store.ts';
import { MAX_TERM_LENGTH, MOST_TERMS } from '../../../core/moderation/word-lists.ts';
import { MAX_REASON_LENGTH } from '../../../core/quota/limits.ts';
import type { Block, Inline } from '../../../infra/local/discord/page/markdown/nodes.ts';
import { parseBlocks } from '../../../infra/local/discord/page/markdown/parse-blocks.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { violations } from '../discord-rules.ts';
import { NASTY_PROMPTS } from './nasty-prompts.ts';

const customIds = createCustomIds(['a key']);
const HARMLESS = 'harmless';
const pictures = [1, 2, 3, 4].map((seed) => ({ filename: `refinery-${seed}.png`, seed, width: 512, height: 512 }));
const stored = [{ key: 'k', paintedKey: 'p', seed: 1, width: 128, height: 128 }];

/** Every card with words from a prompt. */
function cardsOfPrompt(typed: string): Record<string, Card> {
  const work = readImagine(new Map([['prompt', typed], ['negative', typed], ['prompt2', typed]]), DEMO, () => 7);
  if ('refusal' in work) return {};
  const job = imagineJob({ work });
  const charged = { tookMs: 1, cost: 100, left: 1 };
  return {
    queued: queuedCard({ job, ahead: 1, cost: 100, left: 1 }),
    painting: paintingCard({ job, progress: { stage: 'base', step: 1, steps: 2 } }),
    picture: pictureCard({ job, pictures, cut: typed, ...charged }),
    failure: failureCard({ job, reason: 'gave-up' }),
    post: failurePost({ job, reason: 'gave-up' }),
    cancelled: cancelledCard({ job, by: 'by-asker', begun: true }),
    described: describeCard({ job, pictures: stored, cost: 100 }),
    keepsake: keepsakeCard({ job, filenames: ['a.png'], link: 'https://discord.com/channels/1/2/3' }),
    status: statusCard({ open: 5, isLonger: false, outlook: undefined, own: Array.from({ length: 5 }, (_, ahead) => ({ job, isBegun: false, ahead })) }, customIds),
    refused: refusedPromptCard(job, HARMLESS, true),
    reported: reportCard({ guildId: '1', job, isBlocked: true, reported: { jobId: '1', askerId: '200000000000000002', shown: { channelId: '400000000000000001', messageId: '4' }, reporters: Array.from({ length: 7 }, (_, at) => ({ userId: '200000000000000001', reason: typed.slice(0, MAX_REPORT_LENGTH), at })) } }, customIds),
  };
}

/** Every card with words that somebody wrote elsewhere. */
function cardsOfWords(typed: string): Record<string, Card> {
  // As `/words` and `/quota` take them.
  const term = oneLine(`x${typed}`).slice(0, MAX_TERM_LENGTH);
  const granted = oneLine(typed).slice(0, MAX_REASON_LENGTH);
  const reason = typed.slice(0, MAX_REPORT_LENGTH);
  const purse = { limit: 100, left: 100 };
  const reporters = Array.from({ length: 7 }, (_, at) => ({ userId: '200000000000000001', reason, at }));
  const changes = Array.from({ length: 8 }, (_, at) => ({ by: '1', at, changed: { kind: 'add', list: 'deny', term } as const }));
  return {
    reported: reportCard({ guildId: '1', job: undefined, isBlocked: false, reported: { jobId: '1', askerId: '200000000000000002', shown: { channelId: '400000000000000001', messageId: '4' }, reporters } }, customIds),
    refused: refusedPromptCard(imagineJob(), term, false),
    words: wordListsCard({ deny: [term], allow: [term] }, changes.slice(0, 1)),
    tested: wordsTestCard({ by: 'server', term }),
    granted: changesCard([{ by: '1', at: 1, changed: { kind: 'grant', userId: '2', amount: 100, before: purse, after: purse, reason: granted } }]),
  };
}

const typed = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: MAX_PROMPT_LENGTH }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc.array(fc.constantFrom(...NASTY_PROMPTS, '`', '``', '```', '\\', '\n', '||', '**', '__', '~~', '[', '](https://evil.example)', '<@1>', '<', '>', '# ', '-# ', '> ', '>>> ', '- ', '1. ', '@here', 'https://', ' ', 'x', '\u202E'), { maxLength: 40 }).map((parts) => parts.join('').slice(0, MAX_PROMPT_LENGTH)),
);

test('no prompt pings, links or breaks out, in any card, and every card is one that Discord takes', () => {
  const harmless = cardsOfPrompt(HARMLESS);
  fc.assert(
    fc.property(typed, (text) => {
      for (const [name, card] of Object.entries(cardsOfPrompt(text))) expectInert(name, card, harmless[name]);
    }),
    { numRuns: 60 },
  );
});

test('nor does a reason or a term', () => {
  const harmless = cardsOfWords(HARMLESS);
  fc.assert(
    fc.property(typed, (text) => {
      for (const [name, card] of Object.entries(cardsOfWords(text))) expectInert(name, card, harmless[name]);
    }),
    { numRuns: 60 },
  );
});

test('nor does the form that edits a prompt', () => {
  fc.assert(
    fc.property(typed, (text) => {
      const work = readImagine(new Map([['prompt', text]]), DEMO, () => 7);
      if (!('refusal' in work)) expect(violations('ModalInteractionCallbackRequestSchema', { type: 9, data: editModal(customIds.write('edit', '1'), work) })).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('lists that do not fit end with a whole entry, and say how many more there are', () => {
  const deny = Array.from({ length: MOST_TERMS }, (_, i) => `${'*'.repeat(50)}${i}`);
  const card = wordListsCard({ deny, allow: [] }, []);
  expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
  const value = card.embeds[0]?.fields?.[0]?.value ?? '';
  expect(value).toMatch(/\|\|, … and \d+ more$/);
  expect(countOf(value).get('spoiler')).toBe(value.split('||').length / 2 - 0.5);
});

function expectInert(name: string, card: Card, harmless: Card | undefined): void {
  expect(violations('MessageCreateRequestSchema', card), name).toEqual([]);
  expect(card.allowed_mentions.parse, name).toEqual([]);
  expect(card.content, name).toBe(harmless?.content);
  const [texts, others] = [textsOf(card), textsOf(harmless)];
  expect(texts.length, name).toBe(others.length);
  for (const [i, text] of texts.entries()) expect(countOf(text), `${name}: ${JSON.stringify(text)}`).toEqual(countOf(others[i] ?? ''));
}

/** What Discord reads markdown in. */
function textsOf(card: Card | undefined): string[] {
  return (card?.embeds ?? []).flatMap((embed) => [embed.title ?? '', embed.description ?? '', ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value])]);
}

/** Nodes that show text as it is: what was typed may be any of them. */
const PLAIN: ReadonlySet<string> = new Set(['text', 'emoji', 'paragraph', 'code']);

function countOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const see = (kind: string) => PLAIN.has(kind) || counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const seeInline = (node: Inline): void => {
    see(node.kind);
    if ('children' in node) node.children.forEach(seeInline);
  };
  const seeBlock = (block: Block): void => {
    see(block.kind);
    if (block.kind === 'quote') block.blocks.forEach(seeBlock);
    else if (block.kind === 'list') block.items.flat().forEach(seeBlock);
    else if (block.kind !== 'code') block.children.forEach(seeInline);
  };
  parseBlocks(text).forEach(seeBlock);
  return counts;
}
