import type { BudgetStanding } from '../budget/budget.ts';
import type { Scaled } from './scale-workers.ts';

const NAMESPACE = 'Refinery';

/** The figures that the dashboard shows and the alarms watch. */
export function scalingMetrics({ load, workers, tasks, interruptions }: Scaled): Readonly<Record<string, number>> {
  const running = workers.running.spot + workers.running.onDemand;
  return {
    WaitingJobs: load.waitingJobs,
    WaitingSeconds: load.waitingSeconds,
    // What target tracking tracks; while nothing runs, all of the work waits for the one task to come.
    WaitingSecondsPerTask: load.waitingSeconds / Math.max(1, running),
    JobsInHand: load.jobsInHand,
    DesiredTasks: tasks.spot + tasks.onDemand,
    RunningTasks: running,
    OnDemandTasks: workers.running.onDemand,
    SpotInterruptions: interruptions,
    Machines: workers.machines,
  };
}

/** What the month cost so far. */
export function budgetMetrics({ share, spentUsd, owedUsd }: Pick<BudgetStanding, 'share' | 'spentUsd' | 'owedUsd'>): Readonly<Record<string, number>> {
  return { BudgetShare: 100 * share, SpentUsd: spentUsd, OwedUsd: owedUsd };
}

/**
 * A log line that CloudWatch turns into metrics by itself, so that no call and no permission is needed for them
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * @param at epoch milliseconds
 */
export function metricLine(stage: string, metrics: Readonly<Record<string, number>>, at: number): string {
  return JSON.stringify({
    _aws: { Timestamp: at, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [['Stage']], Metrics: Object.keys(metrics).map((Name) => ({ Name })) }] },
    Stage: stage,
    ...metrics,
  });
}
