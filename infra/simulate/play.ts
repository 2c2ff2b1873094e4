import TinyQueue from 'tinyqueue';
import { type CapacityMemory, type CapacityPolicy, NO_MEMORY, chooseCapacity, tasksBeyond, withInterruption } from '../../core/scaling/choose-capacity.ts';
import { type Need, type ScalingPolicy, decideTasks } from '../../core/scaling/scaling-policy.ts';
import type { Arrival } from './arrival.ts';
import { FairLine } from './fair-line.ts';
import { Fleet, type Machine, type World } from './fleet.ts';
import { seededRandom } from './seeded-random.ts';

/** A job of the simulation. */
export interface PlayedJob extends Arrival {
  readonly index: number;
  /** GPU-seconds left, as far as they are painted. */
  secondsLeft: number;
  /** When it was first taken in hand. */
  startedAt: number | undefined;
  doneAt: number | undefined;
  /** How often Spot took its machine. */
  interruptions: number;
}

/** How many workers, and where. */
export type FleetPolicy = ScalingPolicy & CapacityPolicy;

/** How things stood at one look of the policy. */
export interface Look {
  readonly at: number;
  readonly waiting: number;
  readonly running: number;
  readonly machines: number;
}

export interface Played {
  readonly jobs: readonly PlayedJob[];
  readonly looks: readonly Look[];
  readonly hours: number;
  readonly spotHours: number;
  /** Machines, their disks and addresses. */
  readonly usd: number;
  readonly launches: number;
  readonly interruptions: number;
  /** How often on demand was turned to. */
  readonly fallbacks: number;
}

/** A line that would take a year is not played to its end. */
const GIVE_UP_SECONDS = 90 * 24 * 3600;

/** Plays arrivals through the policy until everything is painted and the last machine is gone. */
export function play(arrivals: readonly Arrival[], policy: FleetPolicy, world: World, seed: number): Played {
  const random = seededRandom(seed);
  const events = new TinyQueue<{ readonly at: number; readonly order: number; readonly act: () => void }>([], (a, b) => a.at - b.at || a.order - b.order);
  let now = 0;
  let order = 0;
  const after = (seconds: number, act: () => void): void => events.push({ at: now + seconds, order: (order += 1), act });

  const jobs: PlayedJob[] = arrivals.map((arrival, index) => ({
    ...arrival,
    index,
    secondsLeft: arrival.credits * world.secondsPerCredit * Math.exp(world.jobSpread * random.normal()),
    startedAt: undefined,
    doneAt: undefined,
    interruptions: 0,
  }));
  const line = new FairLine<PlayedJob>();
  const inHand = new Map<Machine, { readonly job: PlayedJob; readonly since: number }>();
  let credits = 0;
  let open = jobs.length;

  const fleet = new Fleet(world, random, {
    after,
    now: () => now,
    onIdle: takeJob,
    onNotice: (machine) => {
      giveBack(machine);
      // The notice is an event that the scaling hears of at once.
      capacity = withInterruption(capacity, now);
      decide();
    },
  });

  function giveBack(machine: Machine): void {
    const held = inHand.get(machine);
    if (!held) return;
    inHand.delete(machine);
    const { job, since } = held;
    job.secondsLeft = Math.max(0, job.secondsLeft - (now - since)) + world.resumeSeconds;
    job.interruptions += 1;
    line.release(job, now);
    after(world.handBackSeconds, () => enter(job));
  }

  function enter(job: PlayedJob): void {
    line.add(job);
    credits += job.credits;
    // What an admission does itself, without waiting for the next look.
    if (fleet.desired.spot + fleet.desired.onDemand === 0) fleet.setDesired({ spot: 1, onDemand: 0 });
    const idle = fleet.running.find(({ state }) => state === 'idle');
    if (idle) takeJob(idle);
  }

  function takeJob(machine: Machine): void {
    const job = line.take(now);
    if (!job) return;
    credits -= job.credits;
    job.startedAt ??= now;
    machine.state = 'busy';
    inHand.set(machine, { job, since: now });
    after(job.secondsLeft, () => {
      if (inHand.get(machine)?.job !== job) return;
      inHand.delete(machine);
      if (job.doneAt !== undefined) throw new Error(`job ${job.index} was finished twice`);
      job.doneAt = now;
      open -= 1;
      line.release(job, now);
      fleet.finished(machine);
    });
  }

  let needs: readonly Need[] = [];
  let capacity: CapacityMemory = NO_MEMORY;
  let fallbacks = 0;
  function decide(): void {
    const { spot, onDemand } = fleet.desired;
    const load = { waitingJobs: line.length, waitingSeconds: credits * world.secondsPerCredit, jobsInHand: inHand.size, tasks: Math.max(0, spot + onDemand - tasksBeyond(capacity)) };
    const decision = decideTasks(policy, load, needs, now);
    needs = decision.needs;
    const seen = { spotRunning: fleet.running.filter((machine) => machine.onSpot).length, machines: fleet.machines.length };
    capacity = chooseCapacity(policy, decision.tasks, seen, capacity, now);
    if (onDemand === 0 && capacity.onDemand > 0) fallbacks += 1;
    fleet.setDesired({ spot: capacity.spot, onDemand: capacity.onDemand });
  }

  const looks: Look[] = [];
  function look(): void {
    decide();
    looks.push({ at: now, waiting: line.length, running: fleet.running.length, machines: fleet.machines.length });
    if (open > 0 || !fleet.isGone) after(world.lookSeconds, look);
  }

  for (const job of jobs) events.push({ at: job.at, order: (order += 1), act: () => enter(job) });
  after(0, look);
  for (let event = events.pop(); event && event.at < GIVE_UP_SECONDS; event = events.pop()) {
    now = event.at;
    event.act();
  }
  return { jobs, looks, ...fleet.bill(), launches: fleet.launches, interruptions: fleet.interruptions, fallbacks };
}
