import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pc from 'picocolors';
import { Ledger } from '../../core/ledger.ts';
import { LocalUser } from './local-user.ts';
import { paintOnce } from './paint-once.ts';
import { BadUsage, type StartOptions } from './start-options.ts';
import { type RunningStack, startStack } from './start-stack.ts';

/** picocolors also colours where CI is set; escape codes belong on a terminal alone. */
const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** Whose hands `--once` borrows. */
const LOCAL_USER = 'Ada';

/**
 * Runs the stack until Ctrl-C, or until one picture is saved.
 * @throws when a part cannot start, or no picture comes
 */
export async function runStack(options: StartOptions): Promise<void> {
  if (options.once && process.env.DISCORD_TOKEN) throw new BadUsage('--once works with the local Discord only: leave DISCORD_TOKEN unset');
  const stop = new AbortController();
  // Not `once`: one Ctrl-C may arrive twice, from the terminal and from npm, and must not cut the stopping short.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'refinery-')));
  try {
    const stack = await startStack({ ...options, dataDir, headless: options.once !== undefined, onHopeless: (error) => stop.abort(error) });
    try {
      await (options.once ? saveOne(stack, options.once, stop.signal) : serve(stack, stop.signal));
    } finally {
      await stack.close();
    }
  } finally {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

async function serve(stack: RunningStack, stopped: AbortSignal): Promise<void> {
  process.stdout.write(`\n${colors.bold('Refinery')}\n${stack.addresses.map(describeAddress).join('\n')}\n\n`);
  if (!stopped.aborted) await new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true }));
  if (!isInterrupt(stopped.reason)) throw stopped.reason;
  process.stdout.write('\nStopping: a picture in the making goes back to the queue and is finished at the next start.\n');
}

function describeAddress({ name, url, note }: RunningStack['addresses'][number]): string {
  return `  ${name.padEnd(10)} ${colors.cyan(url)}${note ? `   ${colors.dim(note)}` : ''}`;
}

async function saveOne(stack: RunningStack, once: NonNullable<StartOptions['once']>, signal: AbortSignal): Promise<void> {
  if (!stack.localDiscord) throw new Error('--once needs the local Discord');
  const startedAt = Date.now();
  const { bytes, seed } = await paintOnce({
    ...once,
    user: await LocalUser.named(stack.localDiscord, LOCAL_USER),
    ledger: new Ledger(stack.clients.dynamodb, stack.names.TABLE_NAME),
    onState: (state) => process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${state}\n`),
    signal,
  });
  process.stdout.write(`${once.out}: ${(bytes / 1024).toFixed(0)} KiB, seed ${seed ?? 'unknown'}\n`);
}

/** Ctrl-C aborts without a reason of its own; a part that cannot start aborts with its error. */
function isInterrupt(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}
