import { once } from 'node:events';
import { createServer } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { failureCard } from '../../../bot/cards/failure-card.ts';
import type { Discord } from '../../../bot/rest/discord.ts';
import { createDiscord } from '../../../bot/rest/discord.ts';
import { BadBotToken, Broke, DiscordError, RefusedByDiscord, TokenExpired, Unreachable } from '../../../bot/rest/discord-errors.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import type { Answer, Seen } from './scripted-server.ts';
import { startScriptedServer } from './scripted-server.ts';

const BOT_TOKEN = 'MTA5OTAwMDAwMDAwMDAwMDAwMQ.GabcdE.secretsecretsecretsecretsecret0';
const INTERACTION_TOKEN = 'aW50ZXJhY3Rpb246c2VjcmV0LXNlY3JldA';
const PROMPT = 'my very private prompt';
const card = failureCard({ job: imagineJob({ work: { prompt: PROMPT } }), reason: 'gave-up' });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function discordThat(answers: (request: Seen) => Answer, options: { retries?: number; longestWaitMs?: number } = {}) {
  const server = await startScriptedServer(answers);
  open.push(server);
  return { seen: server.seen, discord: createDiscord({ token: BOT_TOKEN, api: server.api, retries: 0, ...options }) };
}

async function failure(call: Promise<unknown>): Promise<DiscordError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiscordError)) throw new Error(`expected a DiscordError, got ${inspect(error)}`);
  return error;
}

const editOriginal = (discord: Discord) => discord.editOriginal('900000000000000001', INTERACTION_TOKEN, card);
const post = (discord: Discord) => discord.post('700000000000000001', card);

describe('what Discord answers becomes the error that says what helps', () => {
  test.each([
    ['an edit with a dead token', editOriginal, 401, 50027, TokenExpired],
    ['an edit of an unknown webhook', editOriginal, 404, 10015, TokenExpired],
    ['an answer to an interaction that timed out', (d: Discord) => d.respond('1', INTERACTION_TOKEN, { type: 1 }), 404, 10062, TokenExpired],
    ['an edit that Discord finds wrong', editOriginal, 400, 50035, RefusedByDiscord],
    ['a post in a channel that is gone', post, 404, 10003, Unreachable],
    ['a post in a channel that is closed', post, 403, 50001, Unreachable],
    ['a post without permission', post, 403, 50013, Unreachable],
    ['a message to someone whose DMs are closed', (d: Discord) => d.directMessage('5', card), 403, 50007, Unreachable],
    ['a post with the wrong bot token', post, 401, 0, BadBotToken],
    ['a post that Discord finds wrong', post, 400, 50035, RefusedByDiscord],
    ['a post while Discord is down', post, 503, 0, Broke],
  ])('%s', async (_, call, status, code, kind) => {
    const { discord } = await discordThat(() => ({ status, body: { code, message: 'No' } }));
    const error = await failure(call(discord));
    expect(error).toBeInstanceOf(kind);
    expect(error.status).toBe(status);
  });

  test('no server at all', async () => {
    const { api, close } = await startScriptedServer(() => ({ status: 200 }));
    await close();
    const error = await failure(post(createDiscord({ token: BOT_TOKEN, api, retries: 0 })));
    expect(error).toBeInstanceOf(Broke);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('a server that never answers', async () => {
    const discord = createDiscord({ token: BOT_TOKEN, api: 'http://127.0.0.1:1/api', retries: 0, timeoutMs: 20, makeRequest: (_, { signal }) => never(signal) });
    const error = await failure(post(discord));
    expect(error).toBeInstanceOf(Broke);
    expect(error.message).toContain('did not answer in time');
  });

  test('none, when a connection is reset and the next one is not', async () => {
    let requests = 0;
    const server = createServer(({ socket }, response) => ((requests += 1) === 1 ? socket.resetAndDestroy() : response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"5"}')));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    open.push({ close: async () => void server.close() });
    const api = `http://127.0.0.1:${Object(server.address()).port}/api`;
    expect(await post(createDiscord({ token: BOT_TOKEN, api, retries: 1 }))).toEqual({ id: '5' });
    expect(requests).toBe(2);
  });

  test('every call after a refused bot token', async () => {
    const { discord, seen } = await discordThat(() => ({ status: 401, body: { code: 0, message: '401: Unauthorized' } }));
    await failure(post(discord));
    expect(await failure(post(discord))).toBeInstanceOf(BadBotToken);
    expect(seen).toHaveLength(1);
  });
});

test.each([400, 401, 404, 500])('neither a token nor a prompt is anywhere in an error, its cause or its stack (HTTP %i)', async (status) => {
  const { discord } = await discordThat(({ url }) => ({ status, body: { code: 0, message: `no such thing: ${url}` } }));
  const respond = () => discord.respond('1', INTERACTION_TOKEN, { type: 4, data: card });
  for (const call of [() => editOriginal(discord), respond, () => post(discord)]) {
    const error = await failure(call());
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(everything).not.toContain(INTERACTION_TOKEN);
    expect(everything).not.toContain(BOT_TOKEN);
    expect(everything).not.toContain(PROMPT);
    expect(error.request).toMatch(/…|\/channels\//);
    expect(error.cause).toBeInstanceOf(Error);
  }
});

test('a 5xx is tried again before it is an error', async () => {
  let tries = 0;
  const { discord } = await discordThat(() => (++tries < 3 ? { status: 502 } : { status: 200, body: { id: '1', channel_id: '2' } }), { retries: 3 });
  expect((await post(discord)).id).toBe('1');
  expect(tries).toBe(3);
});

test('a rate limit that is too long is told instead of waited out, and a short one waited out', async () => {
  let tries = 0;
  const limited = (seconds: number): Answer => ({ status: 429, headers: { 'retry-after': String(seconds) }, body: { message: 'wait', retry_after: seconds, global: false } });
  const { discord } = await discordThat(() => [limited(0.2), limited(300)][tries++] ?? { status: 200, body: { id: '1', channel_id: '2' } }, { longestWaitMs: 1000 });
  const error = await failure(post(discord));
  expect(tries).toBe(2);
  expect(error).toMatchObject({ status: 429, retryAfterSeconds: 301 }); // and what the clocks may differ by
});

test('the bot token goes with channel requests and not with those that carry an interaction token', async () => {
  const { discord, seen } = await discordThat(() => ({ status: 200, body: { id: '1', channel_id: '2' } }));
  await post(discord);
  await editOriginal(discord);
  expect(seen.map(({ authorization }) => authorization)).toEqual([`Bot ${BOT_TOKEN}`, undefined]);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /api/v10/channels/700000000000000001/messages',
    `PATCH /api/v10/webhooks/900000000000000001/${INTERACTION_TOKEN}/messages/@original`,
  ]);
});

test('files go as multipart, beside the card and in its order', async () => {
  const { discord, seen } = await discordThat(() => ({ status: 200, body: { id: '1', channel_id: '2' } }));
  const bytes = [new Uint8Array([1, 2, 3]), new Uint8Array([0, 9, 9, 9, 0]).subarray(1, 4)];
  await discord.post('7', { ...card, attachments: [{ id: '0', filename: 'a.png', description: 'alt' }] }, [
    { name: 'a.png', data: bytes[0] ?? new Uint8Array(), contentType: 'image/png' },
    { name: 'b.jpg', data: bytes[1] ?? new Uint8Array(), contentType: 'image/jpeg' },
  ]);
  const request = seen[0];
  const form = await new Response(request?.body, { headers: { 'content-type': request?.contentType ?? '' } }).formData();
  expect(JSON.parse(String(form.get('payload_json')))).toMatchObject({ attachments: [{ id: '0', filename: 'a.png', description: 'alt' }] });
  for (const [i, type] of ['image/png', 'image/jpeg'].entries()) {
    const file = form.get(`files[${i}]`);
    if (!(file instanceof File)) throw new Error(`files[${i}] is not a file`);
    expect(file.type).toBe(type);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes[i]);
  }
});

test('a reaction is encoded into its path', async () => {
  const { discord, seen } = await discordThat(() => ({ status: 204 }));
  await discord.react('7', '8', '1️⃣');
  expect(seen[0]?.url).toBe(`/api/v10/channels/7/messages/8/reactions/${encodeURIComponent('1️⃣')}/@me`);
});

function never(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')));
  });
}
