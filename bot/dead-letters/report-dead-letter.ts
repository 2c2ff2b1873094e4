import { parseJob } from '../../core/job.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import type { Log } from '../log.ts';
import type { Ports } from '../ports.ts';
import type { Discord } from '../rest/discord.ts';
import { tellFailure } from '../rest/tell-failure.ts';

export interface DeadLetterPorts {
  readonly ledger: Pick<Ports['ledger'], 'end' | 'find'>;
  readonly queue: Ports['queue'];
  readonly discord: Pick<Discord, 'original' | 'editOriginal' | 'post' | 'edit' | 'directMessage'>;
  readonly now: () => number;
  readonly log: Log;
}

/** What became of a message that was offered as often as the queue allows. */
export type Report = 'told' | 'nobody-to-tell' | 'already-over' | 'sent-again' | 'unknown-job';

/** A worker still holds the job; try again when its lease is over. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

/** A painted picture that cannot be posted is tried for this long, for as long as Discord may reasonably be down. */
const POST_FOR_MS = 24 * 3600 * 1000;

/** What `Ending.reason` says of jobs that end here. */
const REASON = 'gave-up';

/**
 * Ends a job that no worker could finish: refunds it and tells the person. Doing it twice tells once more at most what
 * was told before, in the same place.
 * @throws {MalformedJob} when the message is no job: nobody can be told, it is the operator's to look at
 * @throws {StillRunning}
 * @throws {Broke} when Discord is down; and whatever the AWS clients throw. Trying again helps.
 */
export async function reportDeadLetter(body: string, ports: DeadLetterPorts): Promise<Report> {
  const job = parseJob(body);
  const row = await ports.ledger.find(job.id);
  if (!row) return 'unknown-job';
  if (row.state === 'running' && (row.leaseEndsAt ?? 0) > ports.now()) throw new StillRunning(`job ${job.id}: a worker still holds it`);
  if (row.state === 'painted' && ports.now() - job.createdAt < POST_FOR_MS) {
    // The picture is there and paid for in work; only posting is left.
    await ports.queue.send(row.job);
    return 'sent-again';
  }
  const ending = await ports.ledger.end(job.id, { state: 'failed', reason: REASON });
  if (ending !== 'ended' && !wasGivenUp(row)) return 'already-over';
  // Nobody comes after a dead letter who had to know where it was told; should it be told once more, that is a few minutes later at most.
  const telling = { discord: ports.discord, record: () => Promise.resolve(), now: ports.now, youngMs: 0 };
  return (await tellFailure(telling, row, { reason: REASON })) ? 'told' : 'nobody-to-tell';
}

/** It was ended by an earlier report that may not have come to telling. */
function wasGivenUp({ state, reason }: JobRow): boolean {
  return state === 'failed' && reason === REASON;
}
