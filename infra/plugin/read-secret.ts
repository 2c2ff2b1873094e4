import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Unready } from './unready.ts';

/** Asks for a secret at the terminal without showing what is typed, or reads it from a pipe. @throws {Unready} when none comes */
export async function readSecret(question: string, { input = process.stdin, output = process.stderr }: { readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean }; readonly output?: NodeJS.WritableStream } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (input.isTTY) output.write(question);
  const lines = createInterface({ input, output: silent, terminal: input.isTTY === true });
  try {
    const secret = await Promise.race([lines.question(''), new Promise<string>((resolve) => lines.once('close', () => resolve('')))]);
    if (secret.trim() === '') throw new Unready('No token came. Type it, pipe it in, or set DISCORD_TOKEN.');
    return secret.trim();
  } finally {
    lines.close();
    if (input.isTTY) output.write('\n');
  }
}
