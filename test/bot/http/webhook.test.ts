import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { answerWebhook } from '../../../bot/http/webhook.ts';
import { LateAnswerQueue } from '../../../bot/late-answers/late-answer-queue.ts';
import { finishBatch } from '../../../bot/late-answers/finish-batch.ts';
import { watchLateAnswers } from '../../../bot/late-answers/watch-late-answers.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { TokenExpired } from '../../../bot/rest/discord-errors.ts';
import { DEMO } from '../../../core/model.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { unusedDiscord } from '../unused-discord.ts';

const customIds = createCustomIds(['a key']);
let stack: TestStack;
let lateAnswers: LateAnswerQueue;
beforeAll(async () => {
  stack = await startTestStack();
  lateAnswers = new LateAnswerQueue(stack.clients.sqs, stack.names.LATE_ANSWERS_QUEUE_URL);
});
afterAll(() => stack.close());

interface Edit {
  readonly token: string;
  readonly card: unknown;
}

/** 📩 over HTTP, where sending the picture goes as `sending` does. */
async function sendToDms({ sending = async () => undefined, editing = async () => undefined }: { sending?: () => Promise<unknown>; editing?: () => Promise<unknown> } = {}) {
  const { job, messageId } = await postedMessage(stack);
  const interaction = pressInteraction(customIds.write('dm', job.id), seenMessage(messageId, ['refinery-1-1.png']));
  const edits: Edit[] = [];
  const posted = { id: '1', channel_id: '2', attachments: [] };
  const discord: LatePorts['discord'] = {
    ...unusedDiscord,
    directMessage: async () => sending().then(() => posted),
    download: async () => new Uint8Array(1),
    async editOriginal(_, token, card) {
      await editing();
      edits.push({ token, card });
      return posted;
    },
  };
  const ports: LatePorts = { ledger: stack.ledger(), queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now: Date.now, randomSeed: () => 7, customIds, discord, log: keepLog() };
  const answer = await answerWebhook({ headers: {}, body: JSON.stringify(interaction) }, () => true, { ...ports, lateAnswers });
  expect(answer.statusCode).toBe(200);
  return { at: JSON.parse(answer.body) as unknown, ports, edits, token: String(interaction['token']) };
}

/** What Lambda makes of the message that waits, offered for the `receiveCount`th time. */
async function offered(receiveCount = 1): Promise<unknown> {
  const [message] = await lateAnswers.receive({ max: 1, waitSeconds: 5, visibilitySeconds: 30 });
  if (!message) throw new Error('no late answer was deferred');
  await lateAnswers.delete(message.receiptHandle);
  return { Records: [{ messageId: message.messageId, body: message.body, attributes: { ApproximateReceiveCount: String(receiveCount) } }] };
}

const titled = (title: string) => ({ embeds: [{ title }] });

test('an answer that comes late is deferred at once, for the asker alone, and then takes its place', async () => {
  const { at, ports, edits, token } = await sendToDms();
  expect(at).toEqual({ type: 5, data: { flags: 64 } });
  expect(edits).toEqual([]);
  expect(await finishBatch(await offered(), ports)).toEqual({ batchItemFailures: [] });
  expect(edits).toMatchObject([{ token, card: titled('📩 Sent to your direct messages') }]);
});

test('where there is no Lambda, whoever watches the queue finishes it', async () => {
  const stop = new AbortController();
  const { ports, edits } = await sendToDms();
  const watched = watchLateAnswers(lateAnswers, ports, stop.signal);
  await expect.poll(() => edits, { timeout: 10_000 }).toHaveLength(1);
  stop.abort();
  await watched;
});

test('one that fails says that something broke', async () => {
  const { ports, edits } = await sendToDms({ sending: () => Promise.reject(new Error('no such luck')) });
  await finishBatch(await offered(), ports);
  expect(edits).toMatchObject([{ card: titled('Something broke on our side') }]);
});

test('one during which its worker died twice is given up, and the person told', async () => {
  const { ports, edits } = await sendToDms({ sending: () => new Promise(() => undefined) });
  await finishBatch(await offered(3), ports);
  expect(edits).toMatchObject([{ card: titled('Something broke on our side') }]);
});

test('one that Discord did not take is offered again; one whose token is dead is not', async () => {
  const down = await sendToDms({ editing: () => Promise.reject(new Error('down')) });
  const event = await offered();
  expect((await finishBatch(event, down.ports)).batchItemFailures).toHaveLength(1);
  const dead = await sendToDms({ editing: () => Promise.reject(new TokenExpired('gone', 'PATCH', 404, 10015)) });
  expect(await finishBatch(await offered(), dead.ports)).toEqual({ batchItemFailures: [] });
  expect(await finishBatch(event, { ...down.ports, now: () => Date.now() + 14 * 60_000 })).toEqual({ batchItemFailures: [] });
});
