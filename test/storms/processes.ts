/** The product's own processes, as they run in production, to be killed, frozen and listened to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { BuiltProcesses } from '../built-processes.ts';

/** Stops and kills it when this process is gone. */
const END_WITH_PARENT = 'infra/local/end-with-parent.ts';

/** A line of a process's log, as pino writes it. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

export interface RunningProcess {
  kill(signal: NodeJS.Signals): void;
  isRunning(): boolean;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

/** Starts a built entry point of ours; `onLine` is told each line of its log, and what it says otherwise as `msg`. */
export function startProcess(built: BuiltProcesses, entry: string, env: Readonly<Record<string, string>>, onLine: (line: LogLine) => void): RunningProcess {
  const child = spawn(process.execPath, ['--import', pathToFileURL(built.fileOf(END_WITH_PARENT)).href, built.fileOf(entry)], {
    env: { PATH: process.env['PATH'] ?? '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (text) => onLine(parseLine(text)));
  return {
    kill: (signal) => child.kill(signal),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    exited: endOf(child),
  };
}

async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal]: unknown[] = await once(child, 'exit');
  return typeof code === 'number' ? code : String(signal);
}

function parseLine(text: string): LogLine {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && 'msg' in line && typeof line.msg === 'string') return { ...line, msg: line.msg };
  } catch {
    // A line for people.
  }
  return { msg: text };
}
