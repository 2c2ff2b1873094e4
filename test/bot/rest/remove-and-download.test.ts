import { afterEach, expect, test } from 'vitest';
import { createDiscord } from '../../../bot/rest/discord.ts';
import { Broke, RefusedByDiscord, Unreachable } from '../../../bot/rest/discord-errors.ts';
import { openLazily } from '../../../bot/rest/open-lazily.ts';
import type { Answer } from './scripted-server.ts';
import { startScriptedServer } from './scripted-server.ts';

const token = 'a-bot-token';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function server(answer: Answer) {
  const started = await startScriptedServer(() => answer);
  open.push(started);
  return started;
}

test('a message that is gone already counts as deleted', async () => {
  const { api, seen } = await server({ status: 404, body: { code: 10008, message: 'Unknown Message' } });
  await openLazily({ token, api, retries: 0 }).remove('1', '2');
  expect(seen).toMatchObject([{ method: 'DELETE', url: '/api/v10/channels/1/messages/2', authorization: `Bot ${token}` }]);
});

test('a message in a channel that is closed does not', async () => {
  const { api } = await server({ status: 403, body: { code: 50001, message: 'Missing Access' } });
  await expect(createDiscord({ token, api, retries: 0 }).remove('1', '2')).rejects.toBeInstanceOf(Unreachable);
});

test('a file is fetched from where Discord keeps files, without the bot token, and from nowhere else', async () => {
  const { api, seen } = await server({ status: 200, body: 'a picture' });
  const other = await server({ status: 200, body: 'not a picture' });
  const discord = createDiscord({ token, api });
  expect(Buffer.from(await discord.download(`${new URL(api).origin}/attachments/1/2/a.png?ex=1`)).toString()).toBe('"a picture"');
  expect(seen[0]?.authorization).toBeUndefined();
  await expect(discord.download(`${new URL(other.api).origin}/a.png?secret=1`)).rejects.toBeInstanceOf(RefusedByDiscord);
  expect(other.seen).toEqual([]);
});

test('a file that is not there says so without its signed address', async () => {
  const { api } = await server({ status: 404 });
  const error: unknown = await createDiscord({ token, api }).download(`${new URL(api).origin}/a.png?hm=signature`).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Broke);
  expect(String(error)).not.toContain('signature');
});
