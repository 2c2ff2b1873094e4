import { parseArgs } from 'node:util';
import { DEFAULT_CAPACITY } from '../../core/scaling/choose-capacity.ts';
import { DEFAULT_POLICY } from '../../core/scaling/scaling-policy.ts';
import { PRICES, RISKS, TIMES } from './assumptions.ts';
import type { World } from './fleet.ts';
import { PATTERNS } from './patterns.ts';
import type { FleetPolicy } from './play.ts';

/** The command line is wrong; the text says how. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

export interface Options {
  readonly help: boolean;
  readonly compare: boolean;
  readonly json: boolean;
  readonly arrivals: string | undefined;
  readonly pattern: keyof typeof PATTERNS;
  readonly pictures: number;
  readonly seed: number;
  readonly chart: string | undefined;
  readonly policy: FleetPolicy;
  readonly world: World;
}

export const HELP = `npm run simulate -- [options]

Plays a day of arrivals through the very policy that scales the workers on AWS, with cold starts, Spot interruptions and SQS's fair
order, and prints how long people wait and what it costs. Nothing is sent anywhere. The same seed gives the same figures.

What comes
  --arrivals FILE        recorded arrivals: lines of seconds,user,credits under that heading, or the bot's log (JSON lines)
  --pattern NAME         poisson, bursty or launch-day (default bursty)
  --pictures N           pictures of a pattern's day (default 1000; launch-day: 100000)
  --seed N               default 1

The policy (the settings of scale-workers)
  --most N               workers at most, MAX_WORKERS (default ${DEFAULT_POLICY.mostTasks})
  --target S             seconds of waiting work for each worker (default ${DEFAULT_POLICY.targetSeconds})
  --shrink S             seconds that workers stay which are needed no more (default ${DEFAULT_POLICY.shrinkAfterSeconds})
  --sleep S              seconds that the last worker stays without work (default ${DEFAULT_POLICY.sleepAfterSeconds})
  --patience S           seconds without a Spot machine until on demand is asked (default ${DEFAULT_CAPACITY.spotPatienceSeconds})
  --rest S               seconds that Spot is left alone when it failed (default ${DEFAULT_CAPACITY.spotRestSeconds})
  --on-demand            no Spot at all

The world (infra/simulate/assumptions.ts; prices: ${PRICES.region}, ${PRICES.asOf})
  --seconds-per-credit S GPU-seconds of one picture (default ${TIMES.secondsPerCredit})
  --cold-start S         from the request for a machine to its first step (default ${TIMES.requestSeconds + TIMES.bootSeconds})
  --interruptions R      Spot interruptions a machine and hour (default ${RISKS.interruptionsPerHour})
  --shortage P           share of the time in which Spot has no machines, 0 to 1 (default ${RISKS.spotShortage})

What is shown
  --chart FILE           also draws the day, as .svg or .png
  --json                 the figures as JSON instead
  --compare              plays five kinds of days under the defaults and other policies, and prints a Markdown table
  --help                 this text

Exit codes: 0 done, 1 it failed, 2 wrong usage or a file that cannot be used.
`;

/** @throws {BadUsage} */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args);
  const pattern = Object.keys(PATTERNS).find((name): name is keyof typeof PATTERNS => name === (values.pattern ?? 'bursty'));
  if (!pattern) throw new BadUsage(`--pattern takes ${Object.keys(PATTERNS).join(', ')}, not "${values.pattern}"`);
  if (values.arrivals !== undefined && values.pattern !== undefined) throw new BadUsage('give either --arrivals or --pattern');
  if (values.chart !== undefined && !/\.(svg|png)$/.test(values.chart)) throw new BadUsage('--chart takes a file that ends in .svg or .png');
  const coldStart = number('--cold-start', values['cold-start'], TIMES.requestSeconds + TIMES.bootSeconds, { min: 1, max: 86_400 });
  return {
    help: values.help ?? false,
    compare: values.compare ?? false,
    json: values.json ?? false,
    arrivals: values.arrivals,
    pattern,
    pictures: whole('--pictures', values.pictures, pattern === 'launch-day' ? 100_000 : 1000, { min: 1, max: 1_000_000 }),
    seed: whole('--seed', values.seed, 1, { min: 0, max: 2 ** 32 - 1 }),
    chart: values.chart,
    policy: {
      mostTasks: whole('--most', values.most, DEFAULT_POLICY.mostTasks, { min: 1, max: 1000 }),
      targetSeconds: whole('--target', values.target, DEFAULT_POLICY.targetSeconds, { min: 10, max: 86_400 }),
      shrinkAfterSeconds: whole('--shrink', values.shrink, DEFAULT_POLICY.shrinkAfterSeconds, { min: 60, max: 86_400 }),
      sleepAfterSeconds: whole('--sleep', values.sleep, DEFAULT_POLICY.sleepAfterSeconds, { min: 60, max: 86_400 }),
      spotPatienceSeconds: whole('--patience', values.patience, DEFAULT_CAPACITY.spotPatienceSeconds, { min: 120, max: 86_400 }),
      mostInterruptions: values['on-demand'] ? 0 : DEFAULT_CAPACITY.mostInterruptions,
      spotRestSeconds: whole('--rest', values.rest, DEFAULT_CAPACITY.spotRestSeconds, { min: 60, max: 86_400 }),
    },
    world: {
      ...TIMES,
      ...RISKS,
      secondsPerCredit: number('--seconds-per-credit', values['seconds-per-credit'], TIMES.secondsPerCredit, { min: 0.1, max: 3600 }),
      requestSeconds: Math.min(TIMES.requestSeconds, coldStart / 2),
      bootSeconds: coldStart - Math.min(TIMES.requestSeconds, coldStart / 2),
      interruptionsPerHour: number('--interruptions', values.interruptions, RISKS.interruptionsPerHour, { min: 0, max: 60 }),
      spotShortage: number('--shortage', values.shortage, RISKS.spotShortage, { min: 0, max: 1 }),
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { arrivals: text, pattern: text, pictures: text, seed: text, most: text, target: text, shrink: text, sleep: text, patience: text, rest: text, shortage: text, 'seconds-per-credit': text, 'cold-start': text, interruptions: text, 'on-demand': flag, chart: text, json: flag, compare: flag, help: { ...flag, short: 'h' } },
    }).values;
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function number(name: string, text: string | undefined, byDefault: number, { min, max }: Range): number {
  const value = text === undefined ? byDefault : Number(text);
  if (!(text?.trim() !== '' && value >= min && value <= max)) throw new BadUsage(`${name} takes a number from ${min} to ${max}, not "${text}"`);
  return value;
}

function whole(name: string, text: string | undefined, byDefault: number, range: Range): number {
  const value = number(name, text, byDefault, range);
  if (!Number.isInteger(value)) throw new BadUsage(`${name} takes a whole number, not "${text}"`);
  return value;
}
