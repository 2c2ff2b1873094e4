/**
 * Many jobs, and workers that are killed (SIGKILL), told to leave (SIGTERM) or frozen past their lease at moments of chance, while
 * the queue delivers every other message twice. Each job must end in exactly one final answer, charged once or not at all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCredits } from '../../../core/credits.ts';
import type { LogLine } from '../processes.ts';
import { seededRandom } from '../random.ts';
import { type Aftermath, type StormOptions, startComplaints } from '../storm.ts';
import { type StormWorld, channelNamed, startStormWorld } from '../storm-world.ts';
import { askForJobs } from './ask-for-jobs.ts';
import { checkJobs } from './check-jobs.ts';
import { startExecutioner } from './executioner.ts';

export interface KillsOptions extends StormOptions {
  readonly jobs: number;
  readonly workers: number;
  /** No more deaths than that; one for every four jobs by default. */
  readonly mostDeaths?: number;
  /** Given up after so long. */
  readonly patienceMinutes: number;
  /** How long a dead worker's job stays hidden; 20 by default. Second deliveries come within half as long again. */
  readonly visibilitySeconds?: number;
}

/** Short, so that a dead worker’s job is soon offered again, yet longer than a loaded machine stalls: what it stalls must not be taken for a death. */
const VISIBILITY_SECONDS = 20;
/** It is on trial who does what when, not what the pictures look like: a worker that starts a hundred times need not load these. */
const CHEAP = { REFINERY_PROVIDER: 'cpu', REFINERY_SCREENING: 'off', REFINERY_UPSCALER: 'lanczos' } as const;
const LOOK_EVERY_MS = 1000;
const SAY_EVERY = 15;

export async function raiseKills(options: KillsOptions): Promise<Aftermath> {
  const { seed, jobs, workers, mostDeaths = Math.ceil(jobs / 4), patienceMinutes, visibilitySeconds = VISIBILITY_SECONDS, say } = options;
  const startedAt = Date.now();
  const world = await startStormWorld({ members: Math.min(50, jobs) });
  const seen = countLines();
  const executioner = startExecutioner({
    built: world.built,
    workers,
    env: { ...world.env, ...CHEAP, VISIBILITY_TIMEOUT_SECONDS: String(visibilitySeconds), REFINERY_SLOTS: '3', LOG_LEVEL: 'info' },
    frozenMs: visibilitySeconds * 1500,
    random: seededRandom(seed + 1),
    onLine: seen.add,
    most: mostDeaths,
  });
  try {
    const channelIds = [channelNamed(world.state, 'imagine'), channelNamed(world.state, 'general')] as const;
    const { jobIds, copies, refused } = await askForJobs(world, channelIds, { jobs, latestCopyMs: visibilitySeconds * 1500, random: seededRandom(seed) });
    say(`${jobIds.length} jobs asked for, ${copies} messages delivered twice`);
    const open = await untilOver(world, jobIds, startedAt + patienceMinutes * 60_000, (left) => say(`${left} jobs are not over yet; deaths so far: ${JSON.stringify(executioner.deaths)}`));
    await executioner.stop();
    const { posted, failed, takenBack, charged, broken } = await checkJobs(world, jobIds, channelIds, startedAt);
    const { broken: others, expect } = startComplaints();
    expect(open === 0, `${open} jobs were not over after ${patienceMinutes} minutes`);
    expect(executioner.badExits.length === 0, `workers that were told to leave ended with ${executioner.badExits.join(', ')}`);
    expect((await world.ledger.line(1)).length === 0, 'a job that is over still stands in line');
    expect(world.discord.bodies.wrong.length === 0, `Discord would have refused: ${world.discord.bodies.wrong.slice(0, 3).join('; ')}`);
    const { deaths } = executioner;
    return {
      broken: [...broken, ...others],
      figures: [
        ['jobs', String(jobIds.length)],
        ['commands that were refused, and became no job', String(refused)],
        ['messages delivered twice', String(copies)],
        ['workers killed (SIGKILL)', String(deaths.SIGKILL)],
        ['workers told to leave (SIGTERM)', String(deaths.SIGTERM)],
        ['workers frozen past their lease', String(deaths.frozen)],
        ['jobs taken more than once', String(seen.jobsWith('job:claim:claimed', 2))],
        ['jobs resumed from a checkpoint', String(seen.jobsWith('job:paint:resumed', 1))],
        ['  of these from a step / a hand-over / a painted picture', ['step', 'handover', 'painted'].map((from) => seen.count('job:paint:resumed', from)).join(' / ')],
        ['jobs painted by one worker and posted by another', String(seen.jobsWith('job:claim:resume-post', 1))],
        ['  of these posted already, found and recorded', String(seen.jobsWith('job:post:found', 1))],
        ['deliveries of jobs that were over', String(seen.count('job:claim:finished'))],
        ['deliveries of jobs that another worker held', String(seen.count('job:claim:running-elsewhere'))],
        ['pictures posted, charged once', String(posted)],
        ['given up, refunded, told so', String(failed)],
        ['taken back, their askers told to try again', String(takenBack)],
        ['credits charged', formatCredits(charged)],
        ['bodies held against Discord’s schemas', String(world.discord.bodies.checked)],
        ['minutes', ((Date.now() - startedAt) / 60_000).toFixed(1)],
      ],
    };
  } finally {
    await executioner.stop();
    await world.close();
  }
}

/** @returns how many were not over when patience ended */
async function untilOver(world: StormWorld, jobIds: readonly string[], until: number, say: (left: number) => void): Promise<number> {
  const left = new Set(jobIds);
  for (let look = 1; Date.now() < until; look += 1) {
    const states = await Promise.all([...left].slice(0, 100).map(async (id) => [id, (await world.ledger.find(id))?.state] as const));
    for (const [id, state] of states) if (state === 'posted' || state === 'failed' || state === 'cancelled') left.delete(id);
    if (left.size === 0 && (await world.isQuiet())) return 0;
    if (look % SAY_EVERY === 0) say(left.size);
    await sleep(LOOK_EVERY_MS);
  }
  return left.size;
}

/** What the workers' logs said of which job. */
function countLines() {
  const lines: LogLine[] = [];
  const of = (msg: string) => lines.filter((line) => line.msg === msg);
  return {
    add: (line: LogLine) => void (line['jobId'] !== undefined && lines.push(line)),
    count: (msg: string, from?: string) => of(msg).filter((line) => from === undefined || line['from'] === from).length,
    /** Jobs of which it was said at least so often. */
    jobsWith: (msg: string, times: number) => {
      const counts = new Map<unknown, number>();
      for (const { jobId } of of(msg)) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
      return [...counts.values()].filter((count) => count >= times).length;
    },
  };
}
