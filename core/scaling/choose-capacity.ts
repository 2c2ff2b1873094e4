/**
 * Where workers run: on Spot, which costs half, or on demand, which comes when Spot does not. Pure, as the scaling policy is, and played by
 * `npm run simulate` as well.
 */

export interface CapacityPolicy {
  /** A Spot machine that has not come after so long will not come soon: more than the two minutes that one takes to join the cluster. */
  readonly spotPatienceSeconds: number;
  /** So many interruptions within `spotRestSeconds` say that Spot is short; 0: Spot is never used. */
  readonly mostInterruptions: number;
  /** After Spot failed it is left alone for so long, and then tried again. */
  readonly spotRestSeconds: number;
}

/** infra/simulate/README.md has what they cost. */
export const DEFAULT_CAPACITY: CapacityPolicy = { spotPatienceSeconds: 240, mostInterruptions: 3, spotRestSeconds: 1800 };

/** Tasks that are to be there, of each kind. */
export interface Tasks {
  readonly spot: number;
  readonly onDemand: number;
}

/** Times are epoch seconds. */
export interface CapacityMemory extends Tasks {
  readonly wanted: number;
  readonly spotRunning: number;
  /** Since when Spot owes a machine, with none coming meanwhile. */
  readonly lackingSince?: number;
  /** When Spot last failed. */
  readonly failedAt?: number;
  /** Notices that Spot gave, the latest last. */
  readonly interruptions: readonly number[];
}

export const NO_MEMORY: CapacityMemory = { wanted: 0, spot: 0, onDemand: 0, spotRunning: 0, interruptions: [] };

export interface CapacitySeen {
  /** Tasks that run on Spot. */
  readonly spotRunning: number;
  /** Machines in the cluster, of both kinds. */
  readonly machines: number;
}

/**
 * Spot, unless it fails: then it keeps what runs there, and on demand gets all else. When it has had its rest it is asked for everything
 * again, and what is on demand stays until Spot has taken over.
 * @param wanted tasks, as the scaling policy decided
 * @param memory what the last call returned
 * @param at epoch seconds
 */
export function chooseCapacity(policy: CapacityPolicy, wanted: number, { spotRunning, machines }: CapacitySeen, memory: CapacityMemory, at: number): CapacityMemory {
  const interruptions = memory.interruptions.filter((each) => at - each < policy.spotRestSeconds);
  // A task that has its machine only boots.
  const isLacking = Math.min(memory.spot, wanted) > spotRunning && machines < memory.spot + memory.onDemand;
  const since = spotRunning > memory.spotRunning ? at : (memory.lackingSince ?? at);
  const hasNotCome = isLacking && at - since >= policy.spotPatienceSeconds;
  const isTakenAway = interruptions.length >= policy.mostInterruptions;
  const failedAt = hasNotCome || policy.mostInterruptions === 0 ? at : later(memory.failedAt, isTakenAway ? interruptions.at(-1) : undefined);
  const mustRest = failedAt !== undefined && at - failedAt < policy.spotRestSeconds;
  const tasks = mustRest
    ? { spot: Math.min(wanted, spotRunning), onDemand: wanted - Math.min(wanted, spotRunning) }
    : { spot: wanted, onDemand: Math.min(memory.onDemand, Math.max(0, wanted - spotRunning)) };
  return { wanted, ...tasks, spotRunning, interruptions, ...(isLacking && !mustRest && { lackingSince: since }), ...(mustRest && { failedAt }) };
}

/** Tasks beyond those that were wanted: on demand stays until Spot has taken over. Who decides how many there are to be must not count them. */
export function tasksBeyond({ wanted, spot, onDemand }: CapacityMemory): number {
  return Math.max(0, spot + onDemand - wanted);
}

/** Remembers that Spot takes a machine back. @param at epoch seconds */
export function withInterruption(memory: CapacityMemory, at: number): CapacityMemory {
  return { ...memory, interruptions: [...memory.interruptions, at] };
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
