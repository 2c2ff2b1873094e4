import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { CannotContinue } from './cannot-continue.ts';

const holderSchema = v.object({ nonce: v.string(), host: v.string(), pid: v.pipe(v.number(), v.integer(), v.minValue(1)) });

const HEARTBEAT_MS = 5_000;
/** A holder that cannot be looked at, on another host or in another container, is gone when it has not touched its lock for so long. */
const STALE_MS = 60_000;

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
  const nonce = randomUUID();
  const mine = JSON.stringify({ nonce, host: hostname(), pid: process.pid });
  while (!(await create(file, mine))) {
    const text = await read(file);
    if (text !== undefined && (await isAlive(file, text))) throw busy(id, text);
    if (text !== undefined) await removeStale(file, text, nonce);
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
  const touched = await stat(file).then(({ mtimeMs }) => mtimeMs, () => 0);
  if (Date.now() - touched > STALE_MS) return false;
  const holder = parse(text);
  // Unreadable: just being written.
  return holder === undefined || holder.host !== hostname() || runs(holder.pid);
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Two that find the same stale lock must not remove the one that the faster of them made: it is moved aside, looked at, and put back. */
async function removeStale(file: string, stale: string, nonce: string): Promise<void> {
  const aside = `${file}.${nonce}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside)) !== stale) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
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
