import type { Job } from '../../core/job.ts';
import { type WaitEstimate, estimateWait } from '../../core/workforce/estimate-wait.ts';
import { megapixelSteps } from '../../core/workforce/megapixel-steps.ts';
import type { Outlook } from '../../core/workforce/outlook.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';

/** Who paints and how fast; `undefined` when it cannot be read, as a card without a time is better than none. */
export async function readOutlook({ ledger, log }: Pick<Ports, 'ledger' | 'log'>): Promise<Outlook | undefined> {
  try {
    return await ledger.workforce.outlook();
  } catch (error) {
    log.warn({ event: 'workforce:read:failed', reason: reasonOf(error) }, 'a wait could not be estimated');
    return undefined;
  }
}

/** How long a job with so many ahead may take. */
export function waitOf(outlook: Outlook, { work }: Pick<Job, 'work'>, ahead: number): WaitEstimate {
  return estimateWait(outlook, { model: work.model, megapixelSteps: megapixelSteps(work), ahead });
}
