import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { Unready } from './unready.ts';

const LOOK_EVERY_MS = 15_000;
/** ECS takes some 15 minutes to end machines that are idle. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Before a stack is removed: ends the workers' services and waits for their machines. They are protected from scale-in while their
 * capacity provider holds them, and CloudFormation would wait for them in vain (aws/containers-roadmap#2862).
 * Jobs in hand go back to the queue, and their checkpoints stay.
 */
export async function letMachinesGo(cluster: string, account: Pick<Account, 'deleteService' | 'machines' | 'serviceImage'>, notice: (text: string) => void, { everyMs = LOOK_EVERY_MS, patienceMs = PATIENCE_MS } = {}): Promise<void> {
  for (const service of ['worker', 'worker-on-demand']) if (await account.serviceImage(cluster, service)) await account.deleteService(cluster, service);
  for (const startedAt = Date.now(); ; await sleep(everyMs)) {
    const machines = await account.machines(cluster);
    if (machines === 0) return;
    notice(`waiting for ${machines} GPU ${machines === 1 ? 'machine' : 'machines'} to end`);
    if (Date.now() - startedAt > patienceMs) throw new Unready('GPU machines are still there. End them in the EC2 console, then remove the stack again.');
  }
}
