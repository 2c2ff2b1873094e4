/** The whole of Refinery as a newcomer runs it: one command, real processes, real protocols, a real (small) model. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMessage } from '../../infra/local/discord/page-protocol.ts';
import { LocalUser } from '../../infra/local/local-user.ts';
import { type StartedSystem, startSystem } from './started-system.ts';

/** A loaded machine may take this long for what takes seconds on a quiet one. */
const PATIENCE_MS = 90_000;

describe('npm start -- --once', { timeout: PATIENCE_MS }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'refinery-once-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('paints a prompt through the whole system and saves the picture that was posted', async () => {
    const out = path.join(folder, 'house.png');
    const system = startSystem(['--once', 'a red house on green grass', '--out', out, '--option', 'steps=8', '--option', 'seed=8']);
    expect(await system.exited, system.output()).toBe(0);
    expect(system.output()).toMatch(/queued[\s\S]*posted[\s\S]*seed 8/);
    expect(await sharp(await readFile(out)).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
  });

  it('says why there is no picture, and fails', async () => {
    const system = startSystem(['--once', 'a cat', '--out', path.join(folder, 'no.png'), '--option', 'steps=1000']);
    expect(await system.exited).toBe(1);
    expect(system.output()).toMatch(/steps/);
  });

  it.each([
    [['--once', 'a cat'], /--out FILE/],
    [['--out', 'x.png'], /goes with --once/],
    [['--port', 'many'], /--port takes a number/],
    [['--frobnicate'], /frobnicate/],
  ])('refuses %j and says how it is used', async (args, words) => {
    const system = startSystem(args);
    expect(await system.exited).toBe(2);
    expect(system.output()).toMatch(words);
  });
});

describe.each(['--http', ''])('npm start %s', { timeout: PATIENCE_MS }, (delivery) => {
  let folder: string;
  let system: StartedSystem;
  let max: LocalUser;
  let channelId: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'refinery-start-'));
    await start();
  }, PATIENCE_MS);
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    system = startSystem(['--port', '0', '--data', folder, '--json', ...(delivery ? [delivery] : [])], { VISIBILITY_TIMEOUT_SECONDS: '3' });
    const [, url = ''] = await system.line(/Page\s+(http:\S+)/);
    max = await LocalUser.named(url, 'Max');
    channelId = (await max.channel('imagine')).id;
    await system.line(/"msg":"consumer:start:ok"/);
    await system.line(/commands:register/);
  }

  /** @returns the ids of the job and of the message that will show its picture */
  async function imagine(options: Readonly<Record<string, string | number>>): Promise<{ jobId: string; messageId: string }> {
    const outcome = await max.command(channelId, 'imagine', { prompt: 'a red house under a yellow sun', ...options });
    if (outcome.outcome !== 'answered') throw new Error(`not answered: ${JSON.stringify(outcome)}`);
    return { jobId: outcome.interactionId, messageId: outcome.messageId ?? '' };
  }

  async function until(holds: (messages: readonly LocalMessage[]) => LocalMessage | undefined): Promise<LocalMessage> {
    for (;;) {
      const found = holds(await max.messages(channelId));
      if (found) return found;
      await sleep(100);
    }
  }

  /** The bot puts ✨ under what is finished. */
  const finished = (id: string) => until((messages) => messages.find((message) => message.id === id && hasStar(message)));

  it('paints, and refines on ✨ as a reply that links to the original', async () => {
    const { messageId } = await imagine({ steps: 10, seed: 8 });
    const original = await finished(messageId);
    expect(original.attachments[0]?.description).toContain('a red house under a yellow sun');
    expect(JSON.stringify(original.embeds)).toContain('8');

    await max.react(channelId, original.id, '✨');
    const refined = await until((messages) => messages.find((message) => message.message_reference?.message_id === original.id && message.attachments.length > 0));
    expect(JSON.stringify(refined)).toContain(`/${channelId}/${original.id}`);
    expect(Math.max(...refined.attachments.map(({ width }) => width ?? 0))).toBeGreaterThan(original.attachments[0]?.width ?? Infinity);
  });

  it('still posts a picture, once, when its worker is killed in the middle of it', async () => {
    const before = system.output().length;
    const { jobId, messageId } = await imagine({ steps: 80, seed: 3, aspect: 'wide' });
    const claimed = await nextLine(before, /"pid":(\d+).*"msg":"job:claim:claimed"/);
    process.kill(Number(claimed[1]), 'SIGKILL');

    const message = await finished(messageId);
    expect(message.attachments.filter(({ filename }) => filename.startsWith('refinery-'))).toHaveLength(1);
    expect(system.output()).toContain('the worker ended unexpectedly (killed by SIGKILL)');
    await nextLine(before, new RegExp(`"${jobId}".*"msg":"job:work:done"`));
    const about = system.output().split('\n').filter((line) => line.includes(jobId));
    expect(about.filter((line) => line.includes('job:claim:claimed')), 'two workers took it').toHaveLength(2);
    expect(about.filter((line) => line.includes('job:post:done')), 'one posted it').toHaveLength(1);
    expect((await max.messages(channelId)).filter(({ interaction_metadata }) => interaction_metadata?.id === jobId)).toHaveLength(1);
  });

  async function nextLine(from: number, pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(system.output().slice(from));
      if (match) return match;
      await sleep(20);
    }
  }

  it('keeps messages and credits across a restart, and ends quietly on Ctrl-C', async () => {
    const earlier = await max.messages(channelId);
    await system.stop();
    expect(await system.exited).toBe(0);
    await start();
    expect((await max.messages(channelId)).map(({ id }) => id)).toEqual(earlier.map(({ id }) => id));
  });

  it('loses nothing and leaves nothing running when it is killed itself', async () => {
    const earlier = await max.messages(channelId);
    const parts = [...system.output().matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    expect(new Set(parts).size).toBe(2);
    await system.kill();
    for (const pid of new Set(parts)) await gone(pid);
    await start();
    expect((await max.messages(channelId)).map(({ id }) => id)).toEqual(earlier.map(({ id }) => id));
  });
});

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(50);
  }
}

function hasStar({ reactions }: LocalMessage): boolean {
  return reactions?.some(({ emoji }) => emoji.name === '✨') ?? false;
}
