import type { BudgetStanding } from '../../core/budget/budget.ts';
import { budgetMetrics, metricLine, scalingMetrics } from '../../core/scaling/scaling-metrics.ts';
import type { CapacityPolicy } from '../../core/scaling/choose-capacity.ts';
import type { ScalingPolicy } from '../../core/scaling/scaling-policy.ts';
import { type ScalePorts, type Scaled, scaleWorkers } from '../../core/scaling/scale-workers.ts';
import { reasonOf } from '../log.ts';
import { type MeterPorts, meterBudget } from './meter-budget.ts';

export interface ScalingPlan {
  readonly policy: ScalingPolicy & CapacityPolicy;
  /** Whose metrics they are: `live`, `test` … */
  readonly stage: string;
  /** Without both of these nothing is counted. */
  readonly usdPerHour: number | undefined;
  readonly limitUsd: number | undefined;
}

export interface KeepScaledPorts extends Omit<ScalePorts, 'ledger' | 'service'>, Omit<MeterPorts, 'ledger' | 'now'> {
  readonly ledger: ScalePorts['ledger'] & MeterPorts['ledger'];
  /** None while no worker is deployed: then there is nothing to scale, and nothing that costs by the hour. */
  readonly service: ScalePorts['service'] | undefined;
  /** Takes one line of CloudWatch's own metric format. */
  readonly print: (line: string) => void;
}

/** One look: workers are started or stopped, what ran is counted, and the figures are printed. Workers matter more than counting. */
export async function keepScaled({ policy, stage, usdPerHour, limitUsd }: ScalingPlan, ports: KeepScaledPorts): Promise<void> {
  const { service } = ports;
  if (!service) return;
  const scaled = await scaleWorkers({ ...ports, service }, policy);
  const standing = usdPerHour === undefined || limitUsd === undefined ? undefined : await meterMinute(scaled, usdPerHour, limitUsd, ports);
  const metrics = { ...scalingMetrics(scaled), ...(standing && budgetMetrics(standing)) };
  ports.print(metricLine(stage, metrics, ports.now()));
  const { tasks, workers } = scaled;
  if (tasks.spot === workers.desired.spot && tasks.onDemand === workers.desired.onDemand) return;
  ports.log.info({ event: 'workers:scale:done', from: workers.desired, to: tasks, ...scaled.load }, 'the number of workers changes');
}

/** How the month's budget stands; `undefined` when it could not be counted. */
async function meterMinute({ load, workers }: Scaled, usdPerHour: number, limitUsd: number, ports: KeepScaledPorts): Promise<BudgetStanding | undefined> {
  try {
    return await meterBudget({ machines: workers.machines, usdPerHour, waitingSeconds: load.waitingSeconds }, limitUsd, ports);
  } catch (error) {
    ports.log.error({ event: 'budget:meter:failed', reason: reasonOf(error) }, 'what a minute cost could not be counted; the next one counts it too');
    return undefined;
  }
}
