import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalInteraction, LocalOptionValue } from '../../../../infra/local/discord/page-protocol.ts';
import { gatewayClient } from './gateway-client.ts';
import type { GatewayClient } from './gateway-client.ts';
import { existing, listening, started, trusted } from './started.ts';
import type { Started } from './started.ts';

let local: Started;
let bot: GatewayClient;

beforeAll(async () => {
  local = await started({ answerWithinMs: 100 });
  bot = await gatewayClient(local.discord);
  await local.rest('PUT', `/applications/${local.discord.applicationId}/commands`, [
    {
      name: 'imagine',
      description: 'Paints',
      options: [
        { type: 3, name: 'prompt', description: 'What', required: true, max_length: 20 },
        { type: 4, name: 'steps', description: 'How many', min_value: 10, max_value: 50 },
        { type: 3, name: 'refine', description: 'How', choices: [{ name: 'Ensemble', value: 'ensemble' }] },
        { type: 6, name: 'for', description: 'Whom' },
        { type: 11, name: 'image', description: 'From' },
      ],
    },
    { name: 'quota', description: 'Quotas', default_member_permissions: '32', options: [{ type: 1, name: 'set', description: 'Sets', options: [{ type: 4, name: 'credits', description: 'n', required: true }] }] },
    { name: 'Refine', type: 3 },
  ]);
});
afterAll(async () => {
  bot.close();
  await local.stop();
});

const commandId = async (name: string) => existing((await local.state(local.ada)).commands.find((command) => command.name === name)).id;
const use = async (name: string, options: readonly LocalOptionValue[], more: object = {}): Promise<LocalInteraction> => ({ kind: 'command', channelId: local.channel('general').id, commandId: await commandId(name), options, ...more });

describe('a person’s client', () => {
  const bad: readonly (readonly [what: string, options: readonly LocalOptionValue[], code: string, field: string])[] = [
    ['a required option is missing', [], 'missing-option', 'prompt'],
    ['an option is unknown', [{ name: 'prompt', value: 'x' }, { name: 'size', value: 1 }], 'unknown-option', 'size'],
    ['a text is too long', [{ name: 'prompt', value: 'x'.repeat(21) }], 'invalid-option', 'prompt'],
    ['a number is too small', [{ name: 'prompt', value: 'x' }, { name: 'steps', value: 9 }], 'invalid-option', 'steps'],
    ['a number is not whole', [{ name: 'prompt', value: 'x' }, { name: 'steps', value: 10.5 }], 'invalid-option', 'steps'],
    ['a choice is not listed', [{ name: 'prompt', value: 'x' }, { name: 'refine', value: 'none' }], 'invalid-option', 'refine'],
    ['a person does not exist', [{ name: 'prompt', value: 'x' }, { name: 'for', value: '1' }], 'invalid-option', 'for'],
  ];
  it.each(bad)('does not send a command when %s', async (_, options, code, field) => {
    const answer = await local.local(local.max, 'POST', '/interactions', await use('imagine', options));
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code, field } }]);
  });

  it('sends values, with the people and files that they name', async () => {
    const interaction = await use('imagine', [{ name: 'prompt', value: 'x' }, { name: 'for', value: local.ada.id }, { name: 'image', value: 0 }]);
    await local.local(local.max, 'POST', '/interactions', interaction, [new File(['abc'], 'a.txt')]);
    const { data } = trusted<{ data: { options: { name: string; value: string }[]; resolved: unknown } }>((await bot.next('INTERACTION_CREATE')).d);
    const file = existing(data.options.find(({ name }) => name === 'image')).value;
    expect(data.resolved).toMatchObject({ users: { [local.ada.id]: { username: 'ada' } }, members: { [local.ada.id]: { permissions: expect.any(String) } }, attachments: { [file]: { filename: 'a.txt', size: 3 } } });
  });

  it('shows a command to those who may use it', async () => {
    expect((await local.state(local.max)).commands.map(({ name }) => name)).toEqual(['imagine', 'Refine']);
    const answer = await local.local(local.max, 'POST', '/interactions', await use('quota', [], { subcommand: ['set'] }));
    expect([answer.status, answer.body]).toMatchObject([404, { error: { code: 'unknown-command' } }]);
  });

  it('sends a subcommand’s options nested', async () => {
    await local.interact(local.ada, await use('quota', [{ name: 'credits', value: 5 }], { subcommand: ['set'] }));
    expect((await bot.next('INTERACTION_CREATE')).d).toMatchObject({ data: { name: 'quota', options: [{ type: 1, name: 'set', options: [{ type: 4, name: 'credits', value: 5 }] }] } });
  });

  it('sends a message command with its message', async () => {
    const { body } = await local.local(local.max, 'POST', `/channels/${local.channel('general').id}/messages`, { content: 'look' });
    const { id } = trusted<{ id: string }>(body);
    await local.interact(local.max, await use('Refine', [], { targetId: id }));
    expect((await bot.next('INTERACTION_CREATE')).d).toMatchObject({ data: { type: 3, target_id: id, resolved: { messages: { [id]: { content: 'look' } } } } });
  });

  it('is told when the commands change, and who is online', async () => {
    const page = await listening(local.discord, local.max);
    const other = await listening(local.discord, local.nora);
    await page.until((event) => event.type === 'state:changed' && event.state.users.some(({ displayName, online }) => displayName === 'Nora' && online));
    await local.rest('POST', `/applications/${local.discord.applicationId}/commands`, { name: 'help', description: 'Helps' });
    await page.until((event) => event.type === 'commands:changed' && event.commands.some(({ name }) => name === 'help'));
    other.close();
    page.close();
  });

  it('speaks for the guild’s owner when it does not say for whom, and for nobody unknown', async () => {
    const ask = async (query: string) => (await fetch(`${local.discord.url}/local/state${query}`)).json();
    expect(await ask('')).toMatchObject({ me: { displayName: 'Ada' } });
    expect(await ask('?user=1')).toMatchObject({ error: { code: 'unknown-user' } });
    const socket = new WebSocket(`${local.discord.url.replace('http', 'ws')}/local/socket?user=1`);
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4404);
  });

  it('may write where it may, and delete its own', async () => {
    const announcements = local.channel('announcements');
    expect((await local.local(local.max, 'POST', `/channels/${announcements.id}/messages`, { content: 'x' })).status).toBe(403);
    const { body } = await local.local(local.ada, 'POST', `/channels/${announcements.id}/messages`, { content: 'news' });
    const path = `/channels/${announcements.id}/messages/${trusted<{ id: string }>(body).id}`;
    expect((await local.local(local.max, 'DELETE', path)).status).toBe(403);
    expect((await local.local(local.ada, 'DELETE', path)).status).toBe(204);
    expect((await local.local(local.max, 'POST', `/channels/${local.channel('general').id}/messages`, { content: '' })).status).toBe(400);
  });
});

describe('another web site', () => {
  /** With `fetch` neither Host nor Origin can be chosen. */
  const ask = (headers: Record<string, string>, path = `/local/state?user=${local.ada.id}`): Promise<number> =>
    new Promise((resolve, reject) => {
      request(local.discord.url + path, { headers }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject).end();
    });

  it('cannot call in the user’s name, nor by a name of its own that points here', async () => {
    const own = new URL(local.discord.url);
    expect(await ask({ origin: own.origin })).toBe(200);
    expect(await ask({ origin: 'https://example.com' })).toBe(403);
    expect(await ask({ origin: 'null' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ host: `evil.example:${own.port}` })).toBe(403);
  });

  it('may link to the page, under either name of this machine', async () => {
    const { port } = new URL(local.discord.url);
    expect(await ask({ 'sec-fetch-site': 'cross-site' }, '/')).toBe(200);
    expect(await ask({ host: `localhost:${port}` }, '/')).toBe(302);
    expect(await ask({ host: `evil.example:${port}` }, '/')).toBe(403);
  });

  it('cannot open a socket', async () => {
    const socket = new WebSocket(`${local.discord.url.replace('http', 'ws')}/local/socket?user=${local.ada.id}`, { origin: 'https://example.com' });
    await expect(new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))).rejects.toThrow('403');
  });
});

it('the page is served with its script and its style', async () => {
  const html = await (await fetch(local.discord.url)).text();
  const [, script] = /src="(\/page\.[0-9a-f]+\.js)"/.exec(html) ?? [];
  const served = await fetch(local.discord.url + existing(script));
  expect([served.status, served.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
});
