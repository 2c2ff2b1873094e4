import { describe, expect, test } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { asReply, mentioning, once } from '../../../bot/cards/card.ts';
import { failureCard, failurePost } from '../../../bot/cards/failure-card.ts';
import { paintingCard } from '../../../bot/cards/painting-card.ts';
import { invitingReactions, pictureCard } from '../../../bot/cards/picture-card.ts';
import { queuedCard } from '../../../bot/cards/queued-card.ts';
import type { Refusal } from '../../../bot/cards/refusal-card.ts';
import { refusalCard } from '../../../bot/cards/refusal-card.ts';
import type { Job } from '../../../core/job.ts';
import * as example from '../../core/example-jobs.ts';
import { violations } from '../discord-rules.ts';
import { NASTY_PROMPTS } from './nasty-prompts.ts';

const userId = '500000000000000001';
const source = { jobId: '1100000000000000001', index: 0, pictureKey: 'painted/1100000000000000001/0.png', channelId: '700000000000000001', messageId: '800000000000000001' };
const imagineJob = example.imagineJob({ userId });
const refineJob = example.refineJob(source, { userId, guildId: '600000000000000001' });

const fourPictures = [7, 8, 9, 10].map((seed, i) => ({ filename: `refinery-${i + 1}.png`, seed, width: 512, height: 512 }));
const charged = { tookMs: 4210, cost: 100, left: 1900 };

/** Every card that shows a job, for that job. */
function everyCard(job: Job): Record<string, Card> {
  return {
    queued: queuedCard({ job, ahead: 3, cost: 100, left: 1900 }),
    loading: paintingCard({ job, progress: { stage: 'loading' } }),
    painting: paintingCard({ job, progress: { stage: 'base', step: 12, steps: 20 }, preview: 'preview.jpg' }),
    upscaling: paintingCard({ job, progress: { stage: 'upscaling' }, preview: 'preview.jpg' }),
    picture: pictureCard({ job, pictures: fourPictures.slice(0, 1), ...charged }),
    pictures: pictureCard({ job, pictures: fourPictures, ...charged }),
    failure: failureCard({ job, reason: 'gave-up' }),
    'failure, told in the channel': failurePost({ job, reason: 'out-of-memory' }),
  };
}

const REFUSALS: readonly Refusal[] = [
  { kind: 'out-of-credits', cost: 150, left: 50, limit: 2000, resetsAt: 1_763_942_400, rule: { target: { kind: 'default' }, credits: 2000, per: 'day' } },
  { kind: 'prompt-empty' },
  { kind: 'prompt-too-long', option: 'prompt', length: 1200, max: 1000 },
  { kind: 'out-of-range', option: 'steps', min: 1, max: 80, whole: true },
  { kind: 'not-a-choice', option: 'aspect', choices: ['square', 'wide'] },
  { kind: 'size-unsupported', width: 8, height: 8, model: 'SDXL 1.0' },
  { kind: 'unknown-option', option: '`@everyone`[x](https://e.example)' },
  { kind: 'unknown-command' },
  { kind: 'unreadable' },
  { kind: 'broke' },
  { kind: 'bot-lacks-permissions', missing: ['Send Messages', 'Attach Files'] },
  { kind: 'member-lacks-permissions', missing: ['Attach Files'] },
  { kind: 'already-asked' },
];

const withPrompt = (prompt: string, negativePrompt: string | null = null): Job =>
  example.imagineJob({ userId, work: { prompt, negativePrompt } });

describe.each(NASTY_PROMPTS.map((prompt) => ({ prompt, shown: JSON.stringify(prompt.slice(0, 40)) })))('with the prompt $shown', ({ prompt }) => {
  const jobs = [withPrompt(prompt), withPrompt(prompt, prompt), { ...refineJob, work: { ...refineJob.work, prompt, negativePrompt: prompt } }];
  const cards = jobs.flatMap((job) => Object.entries(everyCard(job)));

  test('every card is one that Discord takes, as an edit, an answer and a post', () => {
    for (const [name, card] of cards) {
      expect(violations('IncomingWebhookUpdateRequestPartialSchema', card), name).toEqual([]);
      expect(violations('CreateMessageInteractionCallbackRequestSchema', { type: 4, data: card }), name).toEqual([]);
      expect(violations('MessageCreateRequestSchema', once(asReply(card, '800000000000000001'), refineJob.id)), name).toEqual([]);
    }
  });

  test('nothing of it stands in the content, and nobody but the asker may be pinged', () => {
    for (const [name, card] of cards) {
      expect(card.allowed_mentions.parse, name).toEqual([]);
      expect(card.allowed_mentions.users ?? [userId], name).toEqual([userId]);
      if (prompt.length > 3) expect(card.content, name).not.toContain(prompt);
    }
  });
});

test.each(REFUSALS)('the refusal "$kind" is one that Discord takes, pings nobody, and says that nothing was charged', (refusal) => {
  const card = refusalCard(refusal);
  expect(violations('CreateMessageInteractionCallbackRequestSchema', { type: 4, data: card })).toEqual([]);
  expect(card.allowed_mentions).toEqual({ parse: [] });
  expect(card.embeds[0]?.footer?.text).toBe('Nothing was charged.');
  expect(card.embeds[0]?.description).not.toMatch(/@everyone|https:/);
});

test('out of credits tells what it costs, what is left, and when it resets in the reader’s own time', () => {
  const card = refusalCard({ kind: 'out-of-credits', cost: 150, left: 50, limit: 2000, resetsAt: 1_763_942_400, rule: { target: { kind: 'default' }, credits: 2000, per: 'day' } });
  expect(card.embeds[0]?.description).toBe('This costs 1.5 credits; you have 0.5 of 20 credits left. They come back <t:1763942400:R>.\n-# The rule: 20 credits a day, as there is no other rule.');
});

describe('the queue card', () => {
  test.each([
    [0, 'Next in line'],
    [1, 'In line, after 1 other'],
    [12, 'In line, after 12 others'],
  ])('with %i ahead says "%s"', (ahead, title) => {
    expect(queuedCard({ job: imagineJob, ahead, cost: 100, left: 1900 }).embeds[0]?.title).toBe(title);
  });
  test('shows the cost before it is charged', () => {
    expect(queuedCard({ job: imagineJob, ahead: 0, cost: 100, left: 1900 }).embeds[0]?.footer?.text).toContain('Costs 1 credit, 19 credits left after it');
  });
});

describe('the painting card', () => {
  test('shows stage, step and a bar, and attaches the preview with an alt text', () => {
    const card = paintingCard({ job: imagineJob, progress: { stage: 'base', step: 10, steps: 20 }, preview: 'preview.jpg' });
    expect(card.embeds[0]).toMatchObject({ title: 'Painting', fields: [{ name: 'Step 10 of 20', value: '▰▰▰▰▰▰▰▱▱▱▱▱▱▱ 50 %' }, {}] });
    expect(card.attachments).toEqual([{ id: '0', filename: 'preview.jpg', description: 'Generated picture: a red house under a yellow sun (unfinished preview)' }]);
  });
  test('drops an earlier picture when it has no preview', () => {
    expect(paintingCard({ job: imagineJob, progress: { stage: 'loading' } }).attachments).toEqual([]);
  });
});

describe('the picture card', () => {
  const card = pictureCard({ job: imagineJob, pictures: fourPictures, ...charged });
  test('has one attachment a picture, in order, each with an alt text', () => {
    expect(card.attachments).toEqual(
      fourPictures.map(({ filename }, i) => ({ id: String(i), filename, description: `Generated picture ${i + 1} of 4: a red house under a yellow sun` })),
    );
  });
  test('shows every seed, the size, the model, and what it cost', () => {
    const text = JSON.stringify(card.embeds);
    for (const word of ['seeds `7` `8` `9` `10`', '512 × 512', 'Refinery demo', '25 steps', 'guidance 5', 'base and refiner', '4.2 s', '1 credit spent', '19 credits left']) {
      expect(text).toContain(word);
    }
  });
  test('of a refined picture links to the original, says which way it took, and shows before and after', () => {
    const refined = asReply(mentioning(pictureCard({ job: refineJob, pictures: fourPictures.slice(0, 1), before: 'before.png', refinedBy: 'sdedit', ...charged }), userId), '800000000000000001');
    expect(refined.content).toBe(
      '<@500000000000000001> ✨ refined from [the original](https://discord.com/channels/600000000000000001/700000000000000001/800000000000000001), before and after: ' +
        'the refiner painted over the finished picture (SDEdit)',
    );
    expect(refined.allowed_mentions).toEqual({ parse: [], users: ['500000000000000001'], replied_user: false });
    expect(refined.message_reference).toEqual({ message_id: '800000000000000001', fail_if_not_exists: false });
    expect(refined.attachments.map(({ id, filename }) => [id, filename])).toEqual([['0', 'before.png'], ['1', 'refinery-1.png']]);
    const finished = pictureCard({ job: refineJob, pictures: fourPictures.slice(0, 1), refinedBy: 'ensemble', ...charged });
    expect(finished.content).toContain('(ensemble)');
  });
  test('invites with ✨ alone for one picture, and with numbers for several', () => {
    expect(invitingReactions(1)).toEqual(['✨']);
    expect(invitingReactions(3)).toEqual(['1️⃣', '2️⃣', '3️⃣', '✨']);
  });
});

test('the failure card says what happened, what to do, and that nothing was charged', () => {
  const embed = failureCard({ job: imagineJob, reason: 'original-missing' }).embeds[0];
  expect(embed?.footer?.text).toBe('Nothing was charged.');
  expect(embed?.fields?.map(({ name }) => name)).toEqual(['What happened', 'What you can do']);
});

test('a post carries a nonce that differs between the jobs of one message and fits Discord', () => {
  const card = mentioning(failureCard({ job: imagineJob, reason: 'gave-up' }), userId);
  const nonces = ['refine-1425000000000000001-0', 'refine-1425000000000000001-1', '1425000000000000001'].map((id) => once(card, id).nonce);
  expect(new Set(nonces).size).toBe(3);
  for (const nonce of nonces) expect(String(nonce).length).toBeLessThanOrEqual(25);
});
