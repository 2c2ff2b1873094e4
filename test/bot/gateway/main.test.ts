import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { builtProcess } from '../../built-process.ts';
import { startScriptedServer } from '../rest/scripted-server.ts';

const TOKEN = 'MTA5OTAwMDAwMDAwMDAwMDAwMQ.GabcdE.secretsecretsecretsecretsecret0';
const SETTINGS = { JOBS_QUEUE_URL: 'http://127.0.0.1:1/q', TABLE_NAME: 't', PICTURES_BUCKET: 'pictures', DISCORD_TOKEN: TOKEN, AWS_REGION: 'us-east-1' };

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the process to its end; `stopOn` sends SIGTERM once that text has been printed. */
function runBot(env: Readonly<Record<string, string>>, args: readonly string[] = [], stopOn?: string): Promise<Ended> {
  const child = spawn(process.execPath, [builtProcess('bot/gateway/main.ts'), ...args], {
    env: { PATH: process.env.PATH ?? '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stopOn !== undefined && stdout.includes(stopOn)) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe.concurrent('npm run bot', () => {
  test('--help names every setting', async () => {
    const { code, stdout } = await runBot({}, ['--help']);
    expect(code).toBe(0);
    for (const setting of ['DISCORD_TOKEN', 'DISCORD_API_BASE', 'JOBS_QUEUE_URL', 'TABLE_NAME', 'REFINERY_MODEL']) expect(stdout).toContain(setting);
  });

  test('without settings says which are missing, and what they are for', async () => {
    const { code, stderr } = await runBot({ REFINERY_MODEL: 'no id of a model' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/DISCORD_TOKEN is not set: it must be the bot token/);
    expect(stderr).toMatch(/REFINERY_MODEL cannot be used: it must be the id of a model: demo, sdxl, /);
    expect(stderr).not.toContain('    at ');
  });

  test('with a bad token says so in plain words, without the token, and asks Discord once', async ({ onTestFinished }) => {
    const server = await startScriptedServer(() => ({ status: 401, body: { code: 0, message: '401: Unauthorized' } }));
    onTestFinished(() => server.close());
    const { code, stdout, stderr } = await runBot({ ...SETTINGS, DISCORD_API_BASE: server.api });
    expect(code).toBe(2);
    expect(stderr).toContain('Discord refuses the bot token');
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(server.seen).toHaveLength(1);
  });

  test('waits for a Discord that is not there yet, and leaves at once on SIGTERM', async () => {
    const { code, stdout } = await runBot({ ...SETTINGS, DISCORD_API_BASE: 'http://127.0.0.1:1/api' }, [], 'Discord does not answer yet');
    expect(code).toBe(0);
    expect(stdout).not.toContain(TOKEN);
  });

  test('refuses an option that it does not have', async () => {
    const { code, stderr } = await runBot({}, ['--prot', '1']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('--prot');
  });
});
