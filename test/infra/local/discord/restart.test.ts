import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtProcess } from '../../../built-process.ts';
import { startLocalDiscord } from '../../../../infra/local/discord/local-discord.ts';
import { existing, started } from './started.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-discord-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const ROOT = resolve(import.meta.dirname, '../../../..');

/** `npm run local-discord`, as a process of its own; the settings that it prints. */
async function launched(): Promise<{ readonly child: ChildProcess; readonly settings: ReadonlyMap<string, string> }> {
  const child = spawn(process.execPath, [builtProcess('infra/local/discord/main.ts'), '--port', '0', '--data', dataDir], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const settings = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    settings.set(name, value);
    if (name === 'DISCORD_TOKEN') break;
  }
  return { child, settings };
}

it('what was answered is still there after kill -9; until then, nobody else may have the folder', async () => {
  const { child, settings } = await launched();
  const api = `${settings.get('DISCORD_API_BASE')}/v10`;
  const headers = { authorization: `Bot ${settings.get('DISCORD_TOKEN')}` };
  const guilds = (await (await fetch(`${api}/users/@me/guilds`, { headers })).json()) as { id: string }[];
  const channels = (await (await fetch(`${api}/guilds/${guilds[0]?.id}/channels`, { headers })).json()) as { id: string; name: string }[];
  const channel = existing(channels.find(({ name }) => name === 'general'));
  await fetch(`${api}/applications/${settings.get('DISCORD_APPLICATION_ID')}/commands`, { method: 'POST', headers, body: JSON.stringify({ name: 'imagine', description: 'Paints' }) });
  const form = new FormData();
  form.set('payload_json', JSON.stringify({ content: 'kept', nonce: 'n', enforce_nonce: true }));
  form.set('files[0]', new File(['bytes'], 'a.txt'));
  const message = (await (await fetch(`${api}/channels/${channel.id}/messages`, { method: 'POST', headers, body: form })).json()) as { id: string };
  await fetch(`${api}/channels/${channel.id}/messages/${message.id}/reactions/${encodeURIComponent('✨')}/@me`, { method: 'PUT', headers });
  await expect(startLocalDiscord({ port: 0, dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  // Torn in the middle of a line, as a crash leaves it.
  await appendFile(join(dataDir, 'journal.jsonl'), '{"collection":"messages","key":"1","val');

  const local = await started({ dataDir });
  expect(local.discord.token).toBe(settings.get('DISCORD_TOKEN'));
  expect((await local.state(local.max)).commands.map(({ name }) => name)).toEqual(['imagine']);
  const [kept] = await local.messages(local.max, local.channel('general'));
  expect(kept).toMatchObject({ id: message.id, content: 'kept', reactions: [{ emoji: { name: '✨' }, count: 1 }], attachments: [{ filename: 'a.txt' }] });
  expect(await (await fetch(existing(kept?.attachments[0]).url)).text()).toBe('bytes');
  const again = await local.rest('POST', `/channels/${channel.id}/messages`, { content: 'kept', nonce: 'n', enforce_nonce: true });
  expect(again.body).toMatchObject({ id: message.id });
  await local.stop();
});

it('a journal that is damaged in the middle is refused, with the line', async () => {
  const first = await startLocalDiscord({ port: 0, dataDir });
  await first.close();
  const file = join(dataDir, 'journal.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  await rm(file);
  await appendFile(file, [lines[0], '{damaged', ...lines.slice(1)].join('\n'));
  await expect(startLocalDiscord({ port: 0, dataDir })).rejects.toThrow('line 2 is damaged');
});
