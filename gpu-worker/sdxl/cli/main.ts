import { randomInt } from 'node:crypto';
import { BadUsage } from './option-values.ts';
import { help, parseOptions } from './options.ts';
import { paint } from './paint.ts';
import { ProgressBar } from './progress-bar.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    const options = parseOptions(args, () => randomInt(2 ** 32));
    if (options === undefined) {
      console.log(help());
      return 0;
    }
    console.error(`seed ${options.seed}`);
    // Progress goes to stderr, the names of the pictures to stdout.
    for (const file of await paint(options, new ProgressBar(process.stderr), interrupted.signal)) console.log(file);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.error('\nstopped');
      return 130;
    }
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof BadUsage) console.error('npm run sdxl -- --help lists the options.');
    return error instanceof BadUsage ? 2 : 1;
  }
}
