import { createInterface } from 'node:readline/promises';
import type { Output } from '../sdxl/cli/progress-bar.ts';
import type { ProgressOutput } from './transfer-progress.ts';

/** Where a command speaks to a person. */
export interface Terminal {
  /** What the command found out or did: stdout. */
  readonly results: Output;
  /** What goes on meanwhile: stderr. */
  readonly notices: ProgressOutput;
  /** Asks and returns the answer, '' at the end of input. Absent where nobody can answer. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
}

/** The process's own streams. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return { results: stdout, notices: stderr, ...(stdin.isTTY && stderr.isTTY && { ask }) };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // On a terminal readline gets the Ctrl-C, and the process no signal.
  lines.once('SIGINT', () => process.emit('SIGINT'));
  try {
    const ended = new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
    });
    return await Promise.race([lines.question(question, { signal }), ended]);
  } finally {
    lines.close();
  }
}

/** Whether the answer to a yes-or-no question is a clear yes. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}
