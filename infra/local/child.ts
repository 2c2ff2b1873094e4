import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.resolve(import.meta.dirname, '../..');
const END_WITH_PARENT = new URL('end-with-parent.ts', import.meta.url).href;

/** Restarting more eagerly than this would only heat the machine. */
const RESTART_DELAY_MS = { first: 250, longest: 15_000 };
/** A process that ran this long had started properly: its end is an accident, and the next restart is quick again. */
const PROPER_RUN_MS = 20_000;
/** A worker finishes its step and hands its job back within this time; after it, it is killed. */
const STOP_GRACE_MS = 20_000;

export interface ChildOptions {
  /** For people: `bot`, `worker`. */
  readonly name: string;
  /** Entry point, from the repository's root. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Takes each start's output. */
  readonly onOutput: (stdout: Readable, stderr: Readable) => void;
  /** Told of every end that nobody asked for. */
  readonly onCrash: (crash: Crash) => void;
}

export interface Crash {
  readonly name: string;
  readonly how: string;
  /** It refused to start: its settings or its weights cannot be used, so no restart will help. */
  readonly hopeless: boolean;
}

export interface Child {
  readonly pid: () => number | undefined;
  /** SIGTERM, then SIGKILL when it does not end in time. */
  stop(): Promise<void>;
}

/** With this exit code our processes say that a person must mend something first: a setting, a token, the weights. */
const EXIT_NEEDS_OPERATOR = 2;

/** Runs one of our entry points in a process of its own and starts it again when it dies. */
export function superviseChild(options: ChildOptions): Child {
  const stopping = new AbortController();
  let current: ChildProcess | undefined;
  const ended = keepRunning();

  async function keepRunning(): Promise<void> {
    let delay = RESTART_DELAY_MS.first;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      current = start(options);
      const how = await endOf(current);
      if (stopping.signal.aborted) return;
      const hopeless = current.exitCode === EXIT_NEEDS_OPERATOR;
      options.onCrash({ name: options.name, how, hopeless });
      if (hopeless) return;
      delay = Date.now() - startedAt > PROPER_RUN_MS ? RESTART_DELAY_MS.first : Math.min(delay * 2, RESTART_DELAY_MS.longest);
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    pid: () => current?.pid,
    async stop() {
      stopping.abort();
      current?.kill('SIGTERM');
      const killer = setTimeout(() => current?.kill('SIGKILL'), STOP_GRACE_MS);
      killer.unref();
      await ended;
      clearTimeout(killer);
    },
  };
}

function start({ entry, env, onOutput }: ChildOptions): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', END_WITH_PARENT, path.join(ROOT, entry)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C goes to the host alone, which then stops its children in order.
    detached: true,
  });
  onOutput(child.stdout, child.stderr);
  return child;
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal ? `killed by ${String(signal)}` : `exit code ${String(code)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
