import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../log.ts';
import type { ForgetPorts } from './forget-person.ts';
import { tellIfOver, workOnDeletion } from './work-on-deletion.ts';

const SWEEP_EVERY_MS = 20_000;

/**
 * Goes on with deletions that whoever began them could not end: since there was too much to delete, a job was in the way, or
 * the process died.
 * @returns how many are over now
 */
export async function goOnDeleting(ports: ForgetPorts, signal: AbortSignal): Promise<number> {
  const { people } = ports.ledger;
  let over = 0;
  for (const userId of await people.deletionsGoingOn()) {
    if (signal.aborted) break;
    const deletion = await people.claimDeletion(userId);
    if (!deletion) continue;
    const after = await workOnDeletion(deletion, ports, signal);
    await tellIfOver(deletion, after, ports);
    if (after.isFinished) over += 1;
  }
  return over;
}

/** Sweeps at once, then three times a minute, until the signal. Never throws. */
export async function sweepDeletions(ports: ForgetPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await goOnDeleting(ports, signal).catch((error: unknown) => ports.log.warn({ event: 'mydata:sweep:failed', reason: reasonOf(error) }, 'deletions that go on could not be looked for'));
    await sleep(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
