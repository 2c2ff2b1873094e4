import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { Hub } from '../../../gpu-worker/weights/hub/hub.ts';
import { type PullRequest, pull } from '../../../gpu-worker/weights/pull.ts';
import type { Terminal } from '../../../gpu-worker/weights/terminal.ts';
import { FakeHub, type Repos } from './fake-hub.ts';
import { smallRepos } from './small-model.ts';

/** A hub, a folder for models, and what was said and waited. */
export interface PullWorld {
  readonly hub: FakeHub;
  readonly modelsDir: string;
  readonly said: { notices: string; results: string };
  readonly waits: number[];
  readonly terminal: Terminal;
  pull(options?: Partial<PullRequest & { token: string; free: number; stallMs: number; signal: AbortSignal; answer: string }>): Promise<void>;
}

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((each) => each()));
});

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'refinery-models-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until some of a large file lies in its part file. */
export async function untilUnderWay(file: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (((await stat(`${file}.part`).catch(() => undefined))?.size ?? 0) > 40_000) return;
    await sleep(20);
  }
  throw new Error('the download does not begin');
}

/** A terminal that nobody answers at, and what was written to it. */
export function writtenTerminal(): { readonly said: { notices: string; results: string }; readonly terminal: Terminal } {
  const said = { notices: '', results: '' };
  const terminal = { notices: { write: (text: string) => (said.notices += text) }, results: { write: (text: string) => (said.results += text) } };
  return { said, terminal };
}

/** `id`: what is pulled when a pull does not say. */
export async function openWorld(id = 'sdxl', repos: Repos = smallRepos(id)): Promise<PullWorld> {
  const hub = await FakeHub.start(repos);
  cleanUps.push(() => hub.stop());
  const modelsDir = await temporaryFolder();
  const { said, terminal } = writtenTerminal();
  const waits: number[] = [];
  return {
    hub,
    modelsDir,
    said,
    waits,
    terminal,
    pull: ({ token, free = 1e12, stallMs = 5000, signal = new AbortController().signal, answer, ...request } = {}) =>
      pull(
        {
          hub: new Hub({ endpoint: hub.endpoint, token }),
          terminal: { ...terminal, ...(answer !== undefined && { ask: (question) => ((said.notices += question), Promise.resolve(answer)) }) },
          freeBytes: () => Promise.resolve(free),
          stallMs,
          sleep: (milliseconds, stop) => {
            waits.push(milliseconds / 1000);
            stop.throwIfAborted();
            return Promise.resolve();
          },
        },
        { modelsDir, id, revisions: new Map(), licenceAccepted: true, rehash: false, ...request },
        signal,
      ),
  };
}
