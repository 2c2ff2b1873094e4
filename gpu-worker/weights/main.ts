/** `npm run models`: gets, lists, checks and removes the weights of models. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BadSettings } from '../../core/settings.ts';
import { CannotContinue } from './cannot-continue.ts';
import { checkModels } from './check-models.ts';
import { freeBytes } from './disk-space.ts';
import { Hub } from './hub/hub.ts';
import { HubRefused, HubUnavailable } from './hub/hub-error.ts';
import { listModels } from './list-models.ts';
import { BadUsage, type Command, HELP, parseCommand } from './options.ts';
import { pull } from './pull.ts';
import { removeModel } from './remove-model.ts';
import { readWeightsSettings } from './settings.ts';
import { processTerminal } from './terminal.ts';

/** Errors whose text alone says what to do. */
const TELLING = [BadUsage, BadSettings, CannotContinue, HubRefused, HubUnavailable];

const STALL_MS = 60_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  let exitCode = 0;
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      exitCode = code;
      stop.abort();
    });
  }
  try {
    return (await run(parseCommand(args), stop.signal)) ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) {
      console.error('\nStopped. What has been downloaded is kept; the same command goes on from here.');
      return exitCode;
    }
    const telling = TELLING.some((kind) => error instanceof kind);
    console.error(error instanceof Error ? (telling ? error.message : (error.stack ?? error.message)) : String(error));
    if (error instanceof BadUsage) console.error('npm run models -- --help shows what can be written.');
    return error instanceof BadUsage ? 2 : 1;
  }
}

/** Returns whether all went well. */
async function run(command: Command, signal: AbortSignal): Promise<boolean> {
  const terminal = processTerminal();
  if (command.name === 'help') {
    console.log(HELP);
    return true;
  }
  const { modelsDir, ...address } = readWeightsSettings(process.env);
  if (command.name === 'list') {
    await listModels(modelsDir, terminal);
    return true;
  }
  if (command.name === 'check') return checkModels(modelsDir, command.id, terminal, signal);
  if (command.name === 'remove') return removeModel(modelsDir, command.id, { ...command, terminal, signal });
  const hub = new Hub(address);
  const ports = { hub, terminal, freeBytes, stallMs: STALL_MS, sleep: (ms: number, stop: AbortSignal) => sleep(ms, undefined, { signal: stop }) };
  await pull(ports, { ...command, modelsDir }, signal);
  return true;
}
