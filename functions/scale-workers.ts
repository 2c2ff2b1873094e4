/** Lambda that runs every minute: looks at the line and at the workers, starts or stops some, and tells CloudWatch what it saw. */
import { connectStack } from '../bot/connect-stack.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { openWorkerService } from '../core/scaling/open-worker-service.ts';
import { metricLine, scalingMetrics } from '../core/scaling/scaling-metrics.ts';
import { policyOf, scalingSettings } from '../core/scaling/scaling-settings.ts';
import { scaleWorkers } from '../core/scaling/scale-workers.ts';

const settings = scalingSettings(process.env);
const policy = policyOf(settings);
const service = openWorkerService({ cluster: settings.WORKER_CLUSTER, service: settings.WORKER_SERVICE });
const ports = { ...connectStack(settings), service, now: Date.now };
const log = createLineLog();

export async function handler(): Promise<void> {
  const scaled = await scaleWorkers(ports, policy);
  console.log(metricLine(settings.STAGE, scalingMetrics(scaled), Date.now()));
  if (scaled.tasks !== scaled.workers.desired) log.info({ event: 'workers:scale:done', from: scaled.workers.desired, to: scaled.tasks, ...scaled.load }, 'the number of workers changes');
}
