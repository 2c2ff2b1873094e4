import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { CannotContinue } from './cannot-continue.ts';

const holderSchema = v.object({ nonce: v.string(), host: v.string(), pid: v.pipe(v.number(), v.integer(), v.minValue(1)) });

const HEARTBEAT_MS = 5_000;
/** A holder that cannot be looked at, on another host or in another container, is gone when it has not touched its lock for so long. */
const STALE_MS = 60_000;
/** How long one looks again after another one's turn. */
const TURN_MS = 20;

/** A held lock; `lost` aborts if another process took it over, believing us dead. */
export interface PullLock {
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Lets one process at a time change a model: a file beside the model's folder that names who holds it, touched every few seconds.
 * A killed holder's lock is taken over. @throws {CannotContinue} when another process holds it
 */
export async function lockModel(modelsDir: string, id: string): Promise<PullLock> {
  const file = join(modelsDir, `.${id}.lock`);
  const mine = JSON.stringify({ nonce: randomUUID(), host: hostname(), pid: process.pid });
  while (!(await create(file, mine))) {
    const text = await read(file);
    if (text !== undefined && (await isAlive(file, text))) throw busy(id, text);
    if (text !== undefined && (await takeOver(file, mine))) break;
    await sleep(TURN_MS);
  }
  const lost = new AbortController();
  const heartbeat = setInterval(() => void beat(file, mine, lost), HEARTBEAT_MS).unref();
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(heartbeat);
      if ((await read(file)) === mine) await rm(file, { force: true });
    },
  };
}

/** False if there is one already. */
async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function isAlive(file: string, text: string): Promise<boolean> {
  if (Date.now() - (await touchedAt(file)) > STALE_MS) return false;
  const holder = parse(text);
  // Unreadable: just being written.
  return holder === undefined || holder.host !== hostname() || runs(holder.pid);
}

/** Now, if it has gone meanwhile. */
async function touchedAt(file: string): Promise<number> {
  return stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now());
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Replaces a dead holder's lock. Of several that find it dead, a slow one must not remove the lock that a faster one has made
 * meanwhile: they take turns, by a second file, and look again. False: it was not our turn, or no longer dead.
 */
async function takeOver(file: string, mine: string): Promise<boolean> {
  const turn = `${file}.takeover`;
  if (!(await create(turn, ''))) {
    if (Date.now() - (await touchedAt(turn)) > STALE_MS) await rm(turn, { force: true });
    return false;
  }
  try {
    const text = await read(file);
    if (text === undefined || (await isAlive(file, text))) return false;
    await rm(file);
    return await create(file, mine);
  } finally {
    await rm(turn, { force: true });
  }
}

async function beat(file: string, mine: string, lost: AbortController): Promise<void> {
  if ((await read(file)) !== mine) return lost.abort(new CannotContinue('Another process took over while this one stood still. What has been downloaded is kept.'));
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

function busy(id: string, text: string): CannotContinue {
  const holder = parse(text);
  const who = holder === undefined ? 'another process' : `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}`;
  return new CannotContinue(`${id} is being changed by ${who}: wait until it is done, or stop it.`);
}

function parse(text: string): v.InferOutput<typeof holderSchema> | undefined {
  try {
    return v.parse(holderSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}
