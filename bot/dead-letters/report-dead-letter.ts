import { parseJob } from '../../core/job.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import { asReply, once } from '../cards/card.ts';
import { failureCard, failurePost } from '../cards/failure-card.ts';
import type { Log } from '../log.ts';
import type { Ports } from '../ports.ts';
import type { Discord } from '../rest/discord.ts';
import { TokenExpired, Unreachable } from '../rest/discord-errors.ts';

export interface DeadLetterPorts {
  readonly ledger: Pick<Ports['ledger'], 'end' | 'find'>;
  readonly queue: Ports['queue'];
  readonly discord: Pick<Discord, 'editOriginal' | 'post' | 'directMessage'>;
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
  return (await tell(row, ports)) ? 'told' : 'nobody-to-tell';
}

/** It was ended by an earlier report that may not have come to telling. */
function wasGivenUp({ state, reason }: JobRow): boolean {
  return state === 'failed' && reason === REASON;
}

async function tell({ job, attempt }: JobRow, { discord, now }: DeadLetterPorts): Promise<boolean> {
  const failure = { job, reason: REASON } as const;
  const { reply } = job;
  if (reply.kind === 'interaction' && now() - reply.receivedAt < INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) {
    const edited = await unless(TokenExpired, () => discord.editOriginal(reply.applicationId, reply.token, failureCard(failure)));
    if (edited) return true;
  }
  // A job that was asked for again must not get the message of its earlier end back.
  const post = once(failurePost(failure), attempt > 1 ? `${job.id}-${attempt}` : job.id);
  const posted = !job.private && (await unless(Unreachable, () => discord.post(job.channelId, reply.kind === 'message' ? asReply(post, reply.replyTo) : post)));
  return posted || unless(Unreachable, () => discord.directMessage(job.userId, failureCard(failure)));
}

/** Whether the act succeeded; `false` only for errors of the kind that was expected. */
async function unless(expected: typeof TokenExpired | typeof Unreachable, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof expected) return false;
    throw error;
  }
}
