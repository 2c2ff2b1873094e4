import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { answerWebhook } from '../../../bot/http/webhook.ts';
import type { Ports } from '../../../bot/ports.ts';
import { DEMO } from '../../../core/model.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';

const customIds = createCustomIds(['a key']);
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

/** 📩 over HTTP, where sending the picture takes as long as `sending` does. */
async function sendToDms(sending: () => Promise<void>, now: () => number = Date.now) {
  const { job, messageId } = await postedMessage(stack);
  const body = JSON.stringify(pressInteraction(customIds.write('dm', job.id), seenMessage(messageId, ['refinery-1-1.png'])));
  const directMessage = async () => {
    await sending();
    return { id: '1', channel_id: '2', attachments: [] };
  };
  const unexpected = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const discord: Ports['discord'] = { directMessage, remove: unexpected, editOriginal: unexpected, download: async () => new Uint8Array(1) };
  const ports: Ports = { ledger: stack.ledger(), queue: stack.queue, model: DEMO, now, randomSeed: () => 7, customIds, discord, log: keepLog() };
  const answer = await answerWebhook({ headers: {}, body }, () => true, ports);
  expect(answer.statusCode).toBe(200);
  return JSON.parse(answer.body) as unknown;
}

const titled = (title: string) => ({ type: 4, data: { flags: 64, embeds: [{ title }] } });

test('an answer that may come late comes at once, for the asker alone', async () => {
  expect(await sendToDms(async () => undefined)).toMatchObject(titled('📩 Sent to your direct messages'));
});

test('one that would come too late says so in time', async () => {
  const start = Date.now();
  const times = [start];
  expect(await sendToDms(() => new Promise(() => undefined), () => times.shift() ?? start + 2490)).toMatchObject(titled('That took too long'));
});

test('one that fails says that something broke', async () => {
  const failing = () => Promise.reject(new Error('no such luck'));
  expect(await sendToDms(failing)).toMatchObject(titled('Something broke on our side'));
});
