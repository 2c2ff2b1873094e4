import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from '../../core/ledger.ts';
import { DEMO, modelOf } from '../../core/model.ts';
import { TERMS_VERSION } from '../../core/moderation/licence.ts';
import { startLocalAws } from '../local/aws/start-local-aws.ts';
import { clientsFor } from '../local/aws-clients.ts';
import { type Child, superviseChild } from '../local/child.ts';
import { createStack } from '../local/create-stack.ts';
import { startLocalDiscord } from '../local/discord/local-discord.ts';
import { LocalUser } from '../local/local-user.ts';
import { NothingPainted, paintOnce } from '../local/paint-once.ts';
import type { Built } from './build-in-folders.ts';

/** By this name the demo model is mounted, as an operator mounts SDXL: no weights are in the image. */
const MODEL = 'rehearsal';
const DEMO_MODEL = new URL('../../gpu-worker/demo-model/', import.meta.url).pathname;

export interface PaintWith {
  /** Takes everything that is written meanwhile. */
  readonly folder: string;
  readonly out: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Starts the worker as its container would be started, from the folder, as the image's user, against a local AWS and Discord, and has it paint
 * one picture. @throws {NothingPainted} and whatever keeps the stack from starting
 */
export async function paintWith(built: Built, { folder, out, signal, onLine }: PaintWith): Promise<{ readonly bytes: number }> {
  const modelsDir = path.join(folder, 'models');
  const written = path.join(folder, 'tmp');
  await Promise.all(['base', 'refiner'].map((part) => cp(path.join(DEMO_MODEL, part), path.join(modelsDir, MODEL, part), { recursive: true })));
  // The demo model's pictures are small; a stranger's model is taken for one of SDXL's size.
  await writeFile(path.join(modelsDir, MODEL, 'model.json'), JSON.stringify({ edge: DEMO.edge, steps: 8 }));
  await mkdir(written);
  // As /tmp is: the image's user is another.
  await chmod(written, 0o1777);
  const discord = await startLocalDiscord({ port: 0, dataDir: path.join(folder, 'discord') });
  const aws = await startLocalAws({ dataDir: path.join(folder, 'aws') });
  const clients = clientsFor(aws.env);
  const names = await createStack(clients);
  const env = { ...aws.env, ...names, DISCORD_TOKEN: discord.token, DISCORD_API_BASE: discord.apiBase, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn', REFINERY_MODEL: MODEL };
  const worker = startWorker(built, { ...env, REFINERY_PROVIDER: 'cpu', MODELS_DIR: modelsDir, HEALTH_FILE: path.join(written, 'alive'), TMPDIR: written }, (chunk) => onLine(`worker: ${chunk.toString().trim()}`));
  // A worker that cannot start is known at once, not when patience ends.
  const ended = new AbortController();
  worker.once('exit', (code) => ended.abort(new Error(`the worker ended with ${String(code)}`)));
  const stopped = AbortSignal.any([signal, ended.signal]);
  const ledger = new Ledger(clients.dynamodb, names.TABLE_NAME);
  let bot: Child | undefined;
  try {
    // Before a worker has said how large its model's pictures are, they are taken for SDXL's.
    await untilOffered(ledger, stopped);
    bot = startBot(env, onLine);
    const user = await LocalUser.named(discord.url, 'Ada');
    // Under a name that is not the demo model's own, its licence is taken for SDXL's.
    await ledger.moderation.accept(user.id, modelOf(MODEL).licence, TERMS_VERSION);
    return await paintOnce({ user, ledger, prompt: 'a red house under a yellow sun', out, options: { steps: '8' }, onState: (state) => onLine(`job: ${state}`), signal: stopped });
  } finally {
    if (worker.exitCode === null) {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
    await bot?.stop();
    await discord.close();
    clients.destroy();
    await aws.close();
  }
}

function startBot(env: Readonly<Record<string, string>>, onLine: (line: string) => void): Child {
  return superviseChild({
    name: 'bot',
    entry: 'bot/gateway/main.ts',
    env,
    onOutput: (stdout, stderr) => [stdout, stderr].forEach((stream) => stream.on('data', (chunk: Buffer) => onLine(`bot: ${chunk.toString().trim()}`))),
    onCrash: ({ how }) => onLine(`the bot ended: ${how}`),
  });
}

async function untilOffered({ workforce }: Pick<Ledger, 'workforce'>, signal: AbortSignal): Promise<void> {
  while (!(await workforce.outlook()).workers.some(({ models }) => models.includes(MODEL))) {
    if (signal.aborted) throw new NothingPainted('the worker did not start', { cause: signal.reason });
    await sleep(500);
  }
}

/** Without a base image the program itself is this machine's. Only root may become another user. */
function startWorker({ root, workdir, env: imageEnv, user, command: [, ...args] }: Built, env: Readonly<Record<string, string>>, print: (chunk: Buffer) => void) {
  const isRoot = process.getuid?.() === 0;
  const child = spawn(process.execPath, args, {
    cwd: path.join(root, workdir),
    // Docker gives a user without a name this home.
    env: { PATH: process.env.PATH ?? '', HOME: '/', ...imageEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && user),
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', print);
  return child;
}
