import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newSnowflake } from '../core/example-jobs.ts';
import { commandInteraction } from '../bot/interactions/example-interaction.ts';
import { receiveJobs } from '../bot/receive-jobs.ts';
import type { TestStack } from '../local-stack.ts';
import { startTestStack } from '../local-stack.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
let stack: TestStack;
const printed = vi.spyOn(console, 'log').mockReturnValue();
let handler: (event: unknown) => Promise<{ statusCode: number; body: string }>;

beforeAll(async () => {
  stack = await startTestStack();
  const settings = { DISCORD_TOKEN: 'a-bot-token', DISCORD_PUBLIC_KEY: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex') };
  for (const [name, value] of Object.entries({ ...stack.env, ...settings })) vi.stubEnv(name, value);
  ({ handler } = await import('../../functions/receive-interaction.ts'));
});
afterAll(async () => {
  printed.mockRestore();
  vi.unstubAllEnvs();
  await stack.close();
});

/** An event of API Gateway, payload format 2.0. */
function request(interaction: unknown, changes: { ageSeconds?: number; signature?: string; base64?: boolean } = {}) {
  const body = typeof interaction === 'string' ? interaction : JSON.stringify(interaction);
  const timestamp = String(Math.floor(Date.now() / 1000) - (changes.ageSeconds ?? 0));
  const signature = changes.signature ?? sign(null, Buffer.from(timestamp + body), privateKey).toString('hex');
  return {
    version: '2.0',
    routeKey: 'POST /interactions',
    headers: { 'content-type': 'application/json', 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp },
    requestContext: { http: { method: 'POST', path: '/interactions' } },
    body: changes.base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: changes.base64 ?? false,
  };
}

test('Discord’s ping is answered', async () => {
  expect(await handler(request({ type: 1 }))).toMatchObject({ statusCode: 200, body: '{"type":1}' });
});

test.each([false, true])('/imagine becomes a job and a card (body in base64: %s)', async (base64) => {
  const interaction = commandInteraction({ userId: newSnowflake(), options: { prompt: 'a red house ☀' } });
  const { statusCode, body } = await handler(request(interaction, { base64 }));
  expect(statusCode).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ type: 4, data: { embeds: [{ title: 'Next in line' }] } });
  const jobs = await receiveJobs(stack.queue);
  expect(jobs).toMatchObject([{ id: interaction.id, work: { prompt: 'a red house ☀' } }]);
  await stack.ledger().end(String(interaction.id), { state: 'cancelled', reason: 'test' });
});

describe('refused with 401, before anything is read, is', () => {
  const interaction = commandInteraction();
  test.each([
    ['a wrong signature', { signature: '0'.repeat(128) }],
    ['no signature', { signature: '' }],
    ['a stale request', { ageSeconds: 600 }],
  ])('%s', async (_, changes) => {
    expect(await handler(request(interaction, changes))).toMatchObject({ statusCode: 401 });
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });
});

test('a signed body that is no JSON is refused with 400', async () => {
  expect(await handler(request('{'))).toMatchObject({ statusCode: 400 });
  expect(await handler(null)).toMatchObject({ statusCode: 400 });
});

test('the log has a line for each of these, and no prompt and no token in any', () => {
  const lines = printed.mock.calls.map(([line]) => String(line));
  expect(lines.map((line) => Object(JSON.parse(line)).event)).toEqual(expect.arrayContaining(['job:admit:queued', 'webhook:verify:failed']));
  expect(lines.join()).not.toMatch(/red house|interaction-token/);
});
