import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtProcess } from '../built-process.ts';
import { type LocalWorld, startLocalWorld } from './local-world.ts';

let world: LocalWorld;
let folder: string;
beforeAll(async () => {
  [world, folder] = await Promise.all([startLocalWorld(), mkdtemp(join(tmpdir(), 'refinery-worker-'))]);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const workers: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(
    workers.splice(0).map(async (worker) => {
      if (worker.exitCode !== null || worker.signalCode !== null) return;
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }),
  );
});

/** The worker as a process of its own, as `npm run worker` starts it. */
function startWorker(settings: Readonly<Record<string, string>> = {}) {
  const worker = spawn(process.execPath, [builtProcess('gpu-worker/main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...world.stack.env,
      DISCORD_TOKEN: world.discord.token,
      DISCORD_API_BASE: world.discord.apiBase,
      LOG_LEVEL: 'debug',
      REFINERY_UPSCALER: 'lanczos',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  workers.push(worker);
  let output = '';
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(worker, 'exit').then(([code]: unknown[]) => code);
  return { kill: (signal: NodeJS.Signals) => worker.kill(signal), exited, output: () => output };
}

/** Long enough to be caught in the middle: a few seconds. */
const LONG = { steps: 60, count: 2 };

async function untilPainting(jobId: string): Promise<void> {
  await world.until(jobId, ({ state }) => state === 'running');
  for (;;) {
    const message = (await world.posts()).find(({ interaction_metadata }) => interaction_metadata?.id === jobId);
    if (message?.embeds[0]?.title === 'Painting') return;
    await sleep(20);
  }
}

async function expectPostedOnce(jobId: string, spentBefore: number): Promise<void> {
  const shown = (await world.pictures()).filter(({ attachments }) => attachments[0]?.filename.includes(jobId));
  expect(shown).toHaveLength(1);
  const { state, cost } = await world.until(jobId, () => true);
  expect(state).toBe('posted');
  expect(await spent()).toBe(spentBefore + cost);
}

async function spent(): Promise<number> {
  return (await world.ledger.balance(world.state.me.id, world.state.guild.id)).spent;
}

/** Whether no message is on the queue, hidden ones included. */
async function queueIsEmpty(): Promise<boolean> {
  const received = await world.stack.queue.receive({ max: 1, waitSeconds: 3, visibilitySeconds: 1 });
  return received.length === 0;
}

// A worker takes seconds to start on a busy machine, and some of these start two.
describe('the worker', { timeout: 120_000 }, () => {
  it('takes a job from the queue, posts its picture, deletes the message, and leaves when told to', async () => {
    const before = await spent();
    const health = join(folder, 'alive');
    const worker = startWorker({ HEALTH_FILE: health, VISIBILITY_TIMEOUT_SECONDS: '3', REFINERY_UPSCALER: 'esrgan' });
    const jobId = await world.imagine({ prompt: 'a secret blue boat' });
    const { posted, pictures } = await world.until(jobId, ({ state }) => state === 'posted');
    const message = (await world.pictures()).find(({ id }) => id === posted?.messageIds[0]);
    expect(message?.attachments[0]?.description).toBe('Generated picture: a secret blue boat');
    expect(pictures?.map(({ enlargedBy }) => enlargedBy)).toEqual(['ESRGAN']);
    await expectPostedOnce(jobId, before);
    expect((await stat(health)).isFile()).toBe(true);

    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
    expect(await queueIsEmpty()).toBe(true);
    const reacted = (await world.pictures()).find(({ id }) => id === message?.id)?.reactions;
    expect(reacted?.map(({ emoji }) => emoji.name)).toEqual(['✨']);
    expect(worker.output()).toContain(`"jobId":"${jobId}"`);
    expect(worker.output()).not.toContain('secret');
    expect(worker.output()).not.toContain(world.discord.token);
  });

  it('is survived by its job when it is killed in the middle: another worker posts it once', async () => {
    const before = await spent();
    const first = startWorker({ VISIBILITY_TIMEOUT_SECONDS: '3' });
    const jobId = await world.imagine(LONG);
    await untilPainting(jobId);
    first.kill('SIGKILL');
    await first.exited;
    expect((await world.until(jobId, () => true)).state).toBe('running');

    startWorker({ VISIBILITY_TIMEOUT_SECONDS: '3' });
    await world.until(jobId, ({ state }) => state === 'posted');
    await expectPostedOnce(jobId, before);
  });

  it('gives its job back when it is told to leave in the middle: another worker goes on from there', async () => {
    const before = await spent();
    const first = startWorker(); // nobody waits for this visibility timeout of a minute
    const jobId = await world.imagine(LONG);
    await untilPainting(jobId);
    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    const left = await world.until(jobId, () => true);
    expect(left).toMatchObject({ state: 'running', leaseEndsAt: 0, checkpoint: { keys: expect.arrayContaining([expect.any(String)]) } });

    startWorker();
    await world.until(jobId, ({ state }) => state === 'posted');
    await expectPostedOnce(jobId, before);
  });

  it('does not start with an upscaler that is not there, and says which there are', async () => {
    const worker = startWorker({ REFINERY_UPSCALER: 'mine', MODELS_DIR: folder });
    expect(await worker.exited).toBe(2);
    expect(worker.output()).toMatch(/there is no upscaler "mine": set REFINERY_UPSCALER to esrgan, lanczos/);
  });

  it('does not start on weights that cannot be used, and says which tensor of which file', async () => {
    await cp('gpu-worker/demo-model', join(folder, 'sdxl'), { recursive: true });
    const weights = join(folder, 'sdxl/base/unet/diffusion_pytorch_model.fp16.safetensors');
    await truncate(weights, 3_000_000);
    const worker = startWorker({ REFINERY_MODEL: 'sdxl', MODELS_DIR: folder });
    expect(await worker.exited).toBe(2);
    expect(worker.output()).toMatch(new RegExp(`the worker cannot start: ${weights}: tensor "[^"]+"`));
    expect(worker.output()).not.toContain('consumer:start');
  });
});
