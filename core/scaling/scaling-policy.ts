/**
 * How many workers there should be: pure, so that `npm run simulate` plays the very code that runs on AWS.
 *
 * A *task* is one running worker. Work is counted in GPU-seconds: one task does one GPU-second a second.
 */

export interface ScalingPolicy {
  /** More tasks than these are never started. */
  readonly mostTasks: number;
  /** The aim: so many GPU-seconds of waiting work for each task. What a person at the end of the line waits, about. */
  readonly targetSeconds: number;
  /** Tasks beyond the first stay for so long after they were last needed. */
  readonly shrinkAfterSeconds: number;
  /** The last task stays for so long after there was anything to do. */
  readonly sleepAfterSeconds: number;
}

/** Chosen by `npm run simulate -- --compare`; infra/simulate/README.md has the table. */
export const DEFAULT_POLICY: ScalingPolicy = { mostTasks: 4, targetSeconds: 300, shrinkAfterSeconds: 300, sleepAfterSeconds: 600 };

/** What there is to do, and who does it. */
export interface Load {
  /** Jobs that no worker has in hand, and the GPU-seconds that they take. */
  readonly waitingJobs: number;
  readonly waitingSeconds: number;
  readonly jobsInHand: number;
  /** As many as there are to be at present, be they running or still on their way. */
  readonly tasks: number;
}

/** So many tasks were needed then. */
export interface Need {
  /** Epoch seconds. */
  readonly at: number;
  readonly tasks: number;
}

export interface Decision {
  /** How many tasks there should be. */
  readonly tasks: number;
  /** To be handed in at the next decision. */
  readonly needs: readonly Need[];
}

/**
 * Target tracking: as many tasks as bring the waiting work per task down to the target, at once when that is more; fewer only when
 * they were not needed for a while, as a worker takes minutes to come back.
 * @param needs what earlier decisions returned
 * @param at epoch seconds
 */
export function decideTasks(policy: ScalingPolicy, load: Load, needs: readonly Need[], at: number): Decision {
  const { mostTasks, shrinkAfterSeconds, sleepAfterSeconds } = policy;
  const now = { at, tasks: tasksNeeded(policy, load) };
  const within = (seconds: number) => [...needs.filter((need) => at - need.at < seconds), now];
  const ofLate = Math.max(...within(shrinkAfterSeconds).map(({ tasks }) => tasks));
  const isAwake = within(sleepAfterSeconds).some(({ tasks }) => tasks > 0);
  const wanted = Math.min(mostTasks, Math.max(ofLate, isAwake ? 1 : 0));
  // Whatever became the most meanwhile: nobody who paints is sent away.
  const atWork = Math.min(load.tasks, load.jobsInHand);
  return { tasks: Math.max(wanted, atWork), needs: lastOfEachRun(within(Math.max(shrinkAfterSeconds, sleepAfterSeconds))) };
}

function tasksNeeded({ targetSeconds }: ScalingPolicy, { waitingJobs, waitingSeconds, jobsInHand }: Load): number {
  const jobs = waitingJobs + jobsInHand;
  // A task without a job of its own would only watch.
  return Math.min(jobs, Math.max(1, jobsInHand, Math.ceil(waitingSeconds / targetSeconds)));
}

/** When a number was needed last is all that matters of it: so the list stays short. */
function lastOfEachRun(needs: readonly Need[]): readonly Need[] {
  return needs.filter(({ tasks }, i) => tasks !== needs[i + 1]?.tasks);
}
