import { createInflate } from 'node:zlib';
import { GatewayIntentBits as G } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { gatewayClient } from './gateway-client.ts';
import { started, trusted } from './started.ts';
import type { Started } from './started.ts';

let local: Started;

beforeAll(async () => {
  local = await started();
});
afterAll(() => local.stop());

const say = (content: string) => local.local(local.max, 'POST', `/channels/${local.channel('general').id}/messages`, { content });

describe('the gateway', () => {
  it('greets with hello, and acknowledges heartbeats', async () => {
    const client = await gatewayClient(local.discord, { identify: false });
    expect(await client.next(10)).toMatchObject({ d: { heartbeat_interval: expect.any(Number) } });
    client.send(1, null);
    await client.next(11);
    client.close();
  });

  it('tells of the guild after READY, without channels that the bot may not see', async () => {
    const client = await gatewayClient(local.discord);
    const guild = trusted<{ channels: { name: string }[]; members: unknown[] }>((await client.next('GUILD_CREATE')).d);
    expect(guild.channels.map(({ name }) => name)).toEqual(['imagine', 'general', 'announcements']);
    expect(guild.members).toHaveLength(1);
    client.close();
  });

  const hangUps: readonly (readonly [what: string, op: number, d: unknown, code: number])[] = [
    ['a wrong token', 2, { token: 'wrong', intents: 1 }, 4004],
    ['intents that do not exist', 2, { token: '', intents: 1 << 30 }, 4013],
    ['intents that were not granted', 2, { token: '', intents: G.MessageContent }, 4014],
    ['a shard beyond the count', 2, { token: '', intents: 1, shard: [1, 1] }, 4010],
    ['a payload before identify', 3, {}, 4003],
    ['an unknown opcode', 99, {}, 4001],
  ];
  it.each(hangUps)('hangs up on %s', async (_, op, d, code) => {
    const client = await gatewayClient(local.discord, { identify: false });
    const body = trusted<{ token?: string }>(d);
    client.send(op, body.token === '' ? { ...body, token: local.discord.token } : body);
    expect(await client.closed).toBe(code);
  });

  it('hangs up on another version of the API', async () => {
    const client = await gatewayClient(local.discord, { identify: false, query: 'v=9&encoding=json' });
    expect(await client.closed).toBe(4012);
  });

  it('sends what was missed when a session resumes, and refuses a session it does not know', async () => {
    const first = await gatewayClient(local.discord);
    const [ready] = first.heard.filter(({ t }) => t === 'READY');
    const { session_id: sessionId } = trusted<{ session_id: string }>(ready?.d);
    await first.next('GUILD_CREATE');
    first.close(4000);
    await first.closed;
    await say('missed');

    const second = await gatewayClient(local.discord, { identify: false });
    second.send(6, { token: local.discord.token, session_id: 'unknown', seq: 1 });
    expect(await second.next(9)).toMatchObject({ d: false });
    second.send(6, { token: local.discord.token, session_id: sessionId, seq: 2 });
    expect(await second.next('MESSAGE_CREATE')).toMatchObject({ s: 3 });
    expect(await second.next('RESUMED')).toMatchObject({ s: 4 });
    second.close();
    await second.closed;

    // Who said goodbye cannot come back.
    const third = await gatewayClient(local.discord, { identify: false });
    third.send(6, { token: local.discord.token, session_id: sessionId, seq: 4 });
    expect(await third.next(9)).toMatchObject({ d: false });
    third.close();
  });

  it('tells only what the intents ask for', async () => {
    const quiet = await gatewayClient(local.discord, { intents: G.Guilds | G.GuildMessageReactions });
    const { body } = await say('not heard');
    const { id } = trusted<{ id: string }>(body);
    await local.local(local.max, 'PUT', `/channels/${local.channel('general').id}/messages/${id}/reactions/${encodeURIComponent('👍')}`);
    expect((await quiet.next('MESSAGE_REACTION_ADD')).d).toMatchObject({ user_id: local.max.id, message_id: id, emoji: { id: null, name: '👍' }, message_author_id: local.max.id, member: { user: { username: 'max' } } });
    expect(quiet.heard.some(({ t }) => t === 'MESSAGE_CREATE')).toBe(false);
    quiet.close();
  });

  it('blanks what people write, unless it mentions the bot', async () => {
    const client = await gatewayClient(local.discord);
    await say('a secret');
    expect((await client.next('MESSAGE_CREATE')).d).toMatchObject({ content: '', author: { username: 'max' } });
    await say(`hello <@${local.discord.applicationId}>`);
    expect((await client.next('MESSAGE_CREATE')).d).toMatchObject({ content: `hello <@${local.discord.applicationId}>` });
    client.close();
  });

  it('compresses payloads one by one when identify asks for it', async () => {
    const client = await gatewayClient(local.discord, { identify: false });
    client.send(2, { token: local.discord.token, intents: 1, compress: true });
    await client.next('GUILD_CREATE');
    client.close();
  });

  it('compresses the whole stream when the address asks for it', async () => {
    const socket = new WebSocket(`${local.discord.url.replace('http', 'ws')}/gateway?v=10&encoding=json&compress=zlib-stream`);
    const inflate = createInflate();
    const texts: string[] = [];
    const greeted = new Promise<void>((resolve) =>
      inflate.on('data', (chunk: Buffer) => {
        texts.push(chunk.toString());
        if (texts.join('').includes('GUILD_CREATE')) resolve();
      }),
    );
    socket.on('message', (data: Buffer) => {
      expect(data.subarray(-4)).toEqual(Buffer.from([0, 0, 0xff, 0xff]));
      inflate.write(data);
    });
    socket.on('open', () => socket.send(JSON.stringify({ op: 2, d: { token: local.discord.token, intents: 1 } })));
    await greeted;
    socket.close();
  });
});
