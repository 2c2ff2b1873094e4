/** Lambda that runs every minute, and when Spot takes a machine back: looks at the line and at the workers, starts or stops some, counts what they cost, and tells CloudWatch. */
import { keepScaled } from '../bot/budget/keep-scaled.ts';
import { connectStack } from '../bot/connect-stack.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { openLazily } from '../bot/rest/open-lazily.ts';
import { openWorkerService } from '../core/scaling/open-worker-service.ts';
import { policyOf, scalingSettings } from '../core/scaling/scaling-settings.ts';
import { isSpotNotice } from '../core/scaling/spot-notice.ts';
import { openWithSecrets } from '../core/secrets.ts';

const open = openWithSecrets(
  (env) => {
    const settings = scalingSettings(env);
    const service = settings.WORKER_SERVICE === undefined ? undefined : openWorkerService({ cluster: settings.WORKER_CLUSTER, service: settings.WORKER_SERVICE, onDemandService: settings.ON_DEMAND_SERVICE });
    const discord = openLazily({ token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE });
    const ports = { ...connectStack(settings), service, discord, now: Date.now, log: createLineLog(), print: console.log };
    return { ports, plan: { policy: policyOf(settings), stage: settings.STAGE, usdPerHour: settings.GPU_USD_PER_HOUR, limitUsd: settings.MONTHLY_BUDGET_USD } };
  },
  { env: process.env },
);
await open();

export async function handler(event: unknown): Promise<void> {
  const { ports, plan } = await open();
  if (isSpotNotice(event)) await ports.ledger.scaling.noteInterruption(Math.floor(ports.now() / 1000));
  await keepScaled(plan, ports);
}
