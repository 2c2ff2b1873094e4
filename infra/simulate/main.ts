/** `npm run simulate`: a day of arrivals, played through the scaling policy. */
import { readFile, writeFile } from 'node:fs/promises';
import pc from 'picocolors';
import { JOB_KEPT_SECONDS } from '../../core/stack.ts';
import { type Arrival, BadArrivals, parseArrivals } from './arrival.ts';
import { PRICES } from './assumptions.ts';
import { compare, comparisonTable } from './compare.ts';
import { drawDay } from './draw-day.ts';
import { BadUsage, HELP, type Options, parseOptions } from './options.ts';
import { PATTERNS } from './patterns.ts';
import { play } from './play.ts';
import { seededRandom } from './seeded-random.ts';
import { type Summary, summarize } from './summary.ts';
import { terminalChart } from './terminal-chart.ts';
import { percent, seconds, usd, whole } from './words.ts';

const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  if (options.compare) return compareAll(options);
  const arrivals = await readArrivals(options);
  const painted = options.world.secondsPerCredit * arrivals.reduce((sum, { credits }) => sum + credits, 0);
  const played = play(arrivals, options.policy, options.world, options.seed);
  const summary = summarize(played, painted);
  const title = `${options.arrivals ?? options.pattern}: ${whole(summary.pictures)} pictures`;
  if (options.json) process.stdout.write(`${JSON.stringify({ options, summary }, undefined, 2)}\n`);
  else process.stdout.write(`\n${colors.bold(title)}\n\n${terminalChart(played)}\n\n${describe(summary, options)}\n`);
  if (options.chart !== undefined) await saveChart(options.chart, drawDay(played, title, chartWords(summary, options)));
}

async function readArrivals({ arrivals, pattern, pictures, seed }: Options): Promise<readonly Arrival[]> {
  if (arrivals === undefined) return PATTERNS[pattern](pictures, seededRandom(seed));
  const text = await readFile(arrivals, 'utf8').catch((error: unknown) => {
    throw new BadArrivals(`${arrivals} cannot be read`, { cause: error });
  });
  return parseArrivals(text);
}

function describe(s: Summary, { policy, world }: Options): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Wait', `p50 ${seconds(s.wait.p50)}, p95 ${seconds(s.wait.p95)}, longest ${seconds(s.wait.most)}  (from asking to the posted picture)`],
    ...(s.rareWait ? [['', `p50 ${seconds(s.rareWait.p50)}, p95 ${seconds(s.rareWait.p95)} for people who asked once`] as const] : []),
    ['GPU', `${s.gpuHours.toFixed(2)} hours paid for on ${s.launches} machines, ${percent(s.spotShare)} of it on Spot, ${percent(s.busyShare)} of it painting`],
    ['Spot', `${s.interruptions} interruptions; ${s.survived} met a job in the making, and each was finished from its checkpoint`],
    ['On demand', `turned to ${s.fallbacks} times, ${s.onDemandHours.toFixed(2)} hours in all, ${usd(s.onDemandExtraUsd)} more than Spot would have cost`],
    ['Cost', `${usd(s.gpuUsd)} GPUs + ${usd(s.servicesUsd)} other services + ${usd(s.fixedUsd)} fixed = ${usd(s.gpuUsd + s.servicesUsd + s.fixedUsd)}, ${usd(s.usdPerPicture)} a picture`],
    ['Assumed', `${PRICES.region}, prices of ${PRICES.asOf}; ${world.secondsPerCredit} s a picture; at most ${policy.mostTasks} workers, target ${policy.targetSeconds} s, shrink ${policy.shrinkAfterSeconds} s, sleep ${policy.sleepAfterSeconds} s`],
  ];
  const lines = rows.map(([name, words]) => `${colors.dim(name.padEnd(11))}${words}`);
  return [...lines, ...warnings(s)].join('\n');
}

function warnings(s: Summary): readonly string[] {
  return [
    ...(s.unpainted > 0 ? [colors.yellow(`${whole(s.unpainted)} jobs were not painted within 90 days: too few workers.`)] : []),
    ...(s.wait.most > JOB_KEPT_SECONDS ? [colors.yellow(`Some waited longer than the queue keeps a job (${seconds(JOB_KEPT_SECONDS)}): allow more workers, or fewer credits a day.`)] : []),
  ];
}

function chartWords(s: Summary, { policy }: Options): string {
  return `wait p50 ${seconds(s.wait.p50)}, p95 ${seconds(s.wait.p95)} · ${s.gpuHours.toFixed(1)} GPU hours · ${usd(s.usdPerPicture)} a picture · at most ${policy.mostTasks} workers`;
}

async function saveChart(file: string, svg: string): Promise<void> {
  if (file.endsWith('.svg')) await writeFile(file, svg);
  else {
    const { drawPng } = await import('../../bot/gateway/draw-png.ts');
    await writeFile(file, await drawPng(svg));
  }
  process.stderr.write(`${file} is drawn\n`);
}

function compareAll({ world, seed }: Options): void {
  const all = compare(world, seed, ({ day, change }) => process.stderr.write(`${day.pattern} ${whole(day.pictures)} ${JSON.stringify(change)}\n`));
  process.stdout.write(`${comparisonTable(all)}\n`);
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof BadUsage || error instanceof BadArrivals;
  process.exitCode = isUsage ? 2 : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUsage) process.stderr.write('See npm run simulate -- --help\n');
}
