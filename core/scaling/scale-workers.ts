import type { JobQueue } from '../job-queue.ts';
import type { Ledger } from '../ledger.ts';
import { type CapacityPolicy, type Tasks, chooseCapacity, tasksBeyond } from './choose-capacity.ts';
import { type Load, type ScalingPolicy, decideTasks } from './scaling-policy.ts';
import { waitingWork } from './waiting-work.ts';
import type { WorkerService, WorkersSeen } from './worker-service.ts';

export interface ScalePorts {
  readonly ledger: Pick<Ledger, 'line' | 'findAll' | 'workforce' | 'scaling'>;
  readonly queue: Pick<JobQueue, 'depth'>;
  readonly service: Pick<WorkerService, 'look' | 'setTasks'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What was seen, and what was decided. */
export interface Scaled {
  readonly load: Load;
  readonly workers: WorkersSeen;
  readonly tasks: Tasks;
  /** Notices of Spot within the last minute. */
  readonly interruptions: number;
}

/** Between two looks. */
const LOOK_SECONDS = 60;
/** Rows that tell how long jobs take: one BatchGetItem. */
const SAMPLED_JOBS = 100;

/** Looks at the line and at the workers, and starts or stops some. */
export async function scaleWorkers({ ledger, queue, service, now }: ScalePorts, policy: ScalingPolicy & CapacityPolicy): Promise<Scaled> {
  const [depth, line, outlook, memory, workers] = await Promise.all([queue.depth(), ledger.line(SAMPLED_JOBS), ledger.workforce.outlook(), ledger.scaling.recall(), service.look()]);
  const rows = await ledger.findAll(line);
  const load = { ...waitingWork(depth, [...rows.values()], outlook, now()), tasks: Math.max(0, workers.desired.spot + workers.desired.onDemand - tasksBeyond(memory.capacity)) };
  const at = Math.floor(now() / 1000);
  const { tasks: wanted, needs } = decideTasks(policy, load, memory.needs, at);
  const capacity = chooseCapacity(policy, wanted, { spotRunning: workers.running.spot, machines: workers.machines }, memory.capacity, at);
  await ledger.scaling.remember({ needs, capacity });
  const { spot, onDemand } = capacity;
  await service.setTasks({ spot, onDemand }, workers.desired);
  return { load, workers, tasks: { spot, onDemand }, interruptions: capacity.interruptions.filter((each) => at - each < LOOK_SECONDS).length };
}
