import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sourceFlags } from '../../sdxl/session/source-flags.ts';

export interface DecoderLimits {
  readonly timeoutMs: number;
  /** Of the process, in all; watched where there is /proc. */
  readonly mostMemoryBytes: number;
}

/** The decoder said that it cannot read the file, or died of it; trying again would end alike. */
export class DecodingFailed extends Error {
  override readonly name = 'DecodingFailed';
}

const WATCH_EVERY_MS = 100;
/** What a process needs to start at all; nothing of the worker's settings or secrets. */
const KEPT_VARIABLES = ['PATH', 'TMPDIR', 'TEMP', 'SystemRoot', 'LD_LIBRARY_PATH'];

/**
 * Runs a decoder on one file: bytes in, bytes out. Whatever it does (crash, hang, eat memory, write without end), it is gone
 * when this returns.
 * @param entryPoint of the child process
 * @param length how many bytes it must answer
 * @throws {DecodingFailed}
 */
export async function runDecoder(entryPoint: URL, argument: string, file: Uint8Array, length: number, { timeoutMs, mostMemoryBytes }: DecoderLimits): Promise<Buffer> {
  const env = Object.fromEntries(KEPT_VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const child = spawn(process.execPath, ['--max-old-space-size=64', ...sourceFlags(entryPoint), fileURLToPath(entryPoint), argument], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let verdict: string | undefined;
  const kill = (reason: string) => {
    verdict ??= reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => kill(`took longer than ${timeoutMs} ms`), timeoutMs);
  const watching = watchMemory(child, mostMemoryBytes, () => kill(`took more than ${mostMemoryBytes} bytes of memory`));
  try {
    const ended = endOf(child);
    // A child that dies before it has read everything closes the pipe; how it died says more.
    child.stdin.on('error', () => undefined).end(file);
    const [output, end] = await Promise.all([readUpTo(child.stdout, length, () => kill('wrote more than it was asked for')), ended]);
    if (verdict !== undefined || end !== 0) throw new DecodingFailed(`the decoder ${verdict ?? `ended with ${end}`}`);
    if (output.length !== length) throw new DecodingFailed(`the decoder wrote ${output.length} bytes, not ${length}`);
    return output;
  } finally {
    clearTimeout(timer);
    clearInterval(watching);
    child.kill('SIGKILL');
  }
}

/** Its exit code, or the signal that ended it. @throws when it could not be started */
function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
}

async function readUpTo(stream: Readable, most: number, onMore: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > most) onMore();
    else chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** https://www.kernel.org/doc/html/latest/filesystems/proc.html: the second number of statm is the resident set, in pages. */
const PAGE_BYTES = 4096;

function watchMemory({ pid }: ChildProcess, most: number, onMore: () => void): NodeJS.Timeout {
  return setInterval(async () => {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
    if (Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES > most) onMore();
  }, WATCH_EVERY_MS);
}
