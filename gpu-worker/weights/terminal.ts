import { createInterface } from 'node:readline/promises';
import type { Output } from './transfer-progress.ts';

/** Where a command speaks to a person. */
export interface Terminal {
  /** What the command found out or did: stdout. */
  readonly results: Output;
  /** What goes on meanwhile: stderr. */
  readonly notices: Output;
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
    const ended = new Promise<undefined>((resolve) => {
      lines.once('close', () => resolve(undefined));
    });
    const answer = await Promise.race([lines.question(question, { signal }), ended]);
    if (answer === undefined) process.stderr.write('\n');
    return answer ?? '';
  } finally {
    lines.close();
  }
}

/** Whether the answer to a yes-or-no question is a clear yes. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}
