/** `npm start`: the whole of Refinery on one machine. */
import { BadUsage, START_HELP, parseStartOptions } from './start-options.ts';

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(START_HELP);
  // Loaded only now, so that --help and a wrong option are answered at once.
  const { runStack } = await import('./run-stack.ts');
  await runStack(options);
}

try {
  await main();
} catch (error) {
  process.exitCode = error instanceof BadUsage ? 2 : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof BadUsage) process.stderr.write('See npm start -- --help\n');
}
