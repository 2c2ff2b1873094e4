import type { JobQueue } from '../job-queue.ts';
import type { Ledger } from '../ledger.ts';
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
  readonly tasks: number;
}

/** Rows that tell how long jobs take: one BatchGetItem. */
const SAMPLED_JOBS = 100;

/** Looks at the line and at the workers, and starts or stops some. */
export async function scaleWorkers({ ledger, queue, service, now }: ScalePorts, policy: ScalingPolicy): Promise<Scaled> {
  const [depth, line, outlook, needs, workers] = await Promise.all([queue.depth(), ledger.line(SAMPLED_JOBS), ledger.workforce.outlook(), ledger.scaling.needs(), service.look()]);
  const rows = await ledger.findAll(line);
  const load = { ...waitingWork(depth, [...rows.values()], outlook, now()), tasks: workers.desired };
  const decision = decideTasks(policy, load, needs, Math.floor(now() / 1000));
  await ledger.scaling.remember(decision.needs);
  if (decision.tasks !== workers.desired) await service.setTasks(decision.tasks);
  return { load, workers, tasks: decision.tasks };
}
