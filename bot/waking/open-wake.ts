import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../core/ledger.ts';
import type { WorkerService } from '../../core/scaling/worker-service.ts';
import { type Log, reasonOf } from '../log.ts';

/** Sees to it that a worker starts. Never throws, and takes no longer than it is given: the scheduled look comes within a minute anyway. */
export type Wake = (withinMs: number) => Promise<void>;

export interface WakePorts {
  readonly ledger: { readonly scaling: Pick<Ledger['scaling'], 'mayWake'> };
  readonly now: () => number;
  readonly log: Log;
}

export interface WakeSettings {
  readonly WORKER_CLUSTER?: string | undefined;
  readonly WORKER_SERVICE?: string | undefined;
  readonly ON_DEMAND_SERVICE?: string | undefined;
}

/** Longer than this nobody shall wait for a worker that will not paint before minutes have passed. */
const MOST_PATIENCE_MS = 1000;
/** What this process knows of its own wake-ups, without asking the table. */
const ASK_AT_MOST_EVERY_MS = 60_000;

/**
 * What an admission calls, so that nobody waits for the next scheduled look before a GPU starts. `undefined` where no service is named:
 * on one machine the worker is always there.
 */
export function openWake({ WORKER_CLUSTER: cluster, WORKER_SERVICE: service, ON_DEMAND_SERVICE: onDemandService }: WakeSettings, ports: WakePorts): Wake | undefined {
  if (cluster === undefined || service === undefined) return undefined;
  let opened: Promise<WorkerService> | undefined;
  // Loaded when first needed: most interactions ask for no picture, and ECS's client would lengthen every start.
  return createWake(() => (opened ??= import('../../core/scaling/open-worker-service.ts').then((module) => module.openWorkerService({ cluster, service, onDemandService }))), ports);
}

export function createWake(open: () => Promise<Pick<WorkerService, 'wake'>>, { ledger, now, log }: WakePorts): Wake {
  let askAgainAt = 0;
  return async (withinMs) => {
    if (now() < askAgainAt) return;
    askAgainAt = now() + ASK_AT_MOST_EVERY_MS;
    const patience = new AbortController();
    const late = sleep(Math.min(MOST_PATIENCE_MS, Math.max(0, withinMs)), undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([wakeOnce(), late]);
    patience.abort();
  };

  async function wakeOnce(): Promise<void> {
    try {
      if (!(await ledger.scaling.mayWake())) return;
      if (await (await open()).wake()) log.info({ event: 'workers:wake:done' }, 'a first worker starts');
    } catch (error) {
      log.warn({ event: 'workers:wake:failed', reason: reasonOf(error) }, 'no worker could be woken; the scheduled look will do it');
    }
  }
}
