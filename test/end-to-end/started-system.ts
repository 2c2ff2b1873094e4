import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** `npm start`, as a person starts it: one command, its output, its end. */
export interface StartedSystem {
  /** All that it has printed so far. */
  output(): string;
  /** The first line of its output, so far or later, that fits. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exited: Promise<number | null>;
  /** Ctrl-C. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

const LOOK_EVERY_MS = 50;

export function startSystem(args: readonly string[], env: Readonly<Record<string, string>> = {}): StartedSystem {
  const child = spawn(process.execPath, ['--import', 'tsx', 'infra/local/start.ts', ...args], {
    env: { ...process.env, DISCORD_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  const exited = exitCode(child);

  return {
    output: () => lines.join('\n'),
    async line(pattern) {
      for (let next = 0; ; ) {
        for (; next < lines.length; next += 1) {
          const match = pattern.exec(lines[next] ?? '');
          if (match) return match;
        }
        if (child.exitCode !== null) throw new Error(`it ended without saying ${String(pattern)}:\n${lines.join('\n')}`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    exited,
    async stop() {
      child.kill('SIGINT');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : null;
}
