/** `npm start`: the whole of Refinery on one machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pc from 'picocolors';
import { Ledger } from '../../core/ledger.ts';
import { LocalUser } from './local-user.ts';
import { NothingPainted, paintOnce } from './paint-once.ts';
import { type RunningStack, startStack } from './start-stack.ts';
import { BadUsage, START_HELP, type StartOptions, parseStartOptions } from './start-options.ts';

/** Whose hands `--once` borrows. */
const LOCAL_USER = 'Ada';

async function main(): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(START_HELP);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new NothingPainted('stopped')));

  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'refinery-')));
  try {
    const stack = await startStack({ ...options, dataDir, headless: options.once !== undefined, onHopeless: (error) => stop.abort(error) });
    try {
      return await (options.once ? saveOne(stack, options.once, stop.signal) : serve(stack, stop.signal));
    } finally {
      await stack.close();
    }
  } finally {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

async function serve(stack: RunningStack, stopped: AbortSignal): Promise<number> {
  process.stdout.write(`\n${pc.bold('Refinery')}\n${stack.addresses.map(describeAddress).join('\n')}\n\n`);
  if (!stopped.aborted) await new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true }));
  process.stdout.write('\nStopping: a picture in the making goes back to the queue and is finished at the next start.\n');
  if (stopped.reason instanceof NothingPainted) return 0;
  throw stopped.reason;
}

function describeAddress({ name, url, note }: RunningStack['addresses'][number]): string {
  return `  ${name.padEnd(10)} ${pc.cyan(url)}${note ? `   ${pc.dim(note)}` : ''}`;
}

async function saveOne(stack: RunningStack, once: NonNullable<StartOptions['once']>, signal: AbortSignal): Promise<number> {
  if (!stack.localDiscord) throw new BadUsage('--once works with the local Discord only: leave DISCORD_TOKEN unset');
  const startedAt = Date.now();
  const { bytes, seed } = await paintOnce({
    ...once,
    user: await LocalUser.named(stack.localDiscord, LOCAL_USER),
    ledger: new Ledger(stack.clients.dynamodb, stack.names.TABLE_NAME),
    onState: (state) => process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${state}\n`),
    signal,
  });
  process.stdout.write(`${once.out}: ${(bytes / 1024).toFixed(0)} KiB, seed ${seed ?? 'unknown'}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = error instanceof BadUsage ? 2 : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof BadUsage) process.stderr.write('See npm start -- --help\n');
}
