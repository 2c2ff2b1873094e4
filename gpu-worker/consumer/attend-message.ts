import { type Job, MalformedJob, parseJob } from '../../core/job.ts';
import type { Received } from '../../core/message-queue.ts';
import { type Claim, LeaseLost } from '../../core/ledger/lease.ts';
import { MAX_RECEIVES } from '../../core/limits.ts';
import { Refused } from '../refused.ts';
import { type HeldJob, holdJob, leaseSecondsFor } from './job-in-hand.ts';
import type { ConsumerPorts } from './ports.ts';
import { PASS_ON_SECONDS, hideFailed, hidePutOff, hideUnusable } from './redrive.ts';
import { Cancelled, Draining, PutOff } from './stop-reasons.ts';

/** A message being attended to; `done` never rejects. */
export interface Attended {
  readonly done: Promise<void>;
  /** Asks the job to stop at its next step and gives its message back. */
  drain(): void;
  /** Gives the message back without waiting for the job to stop. */
  abandon(): Promise<void>;
}

/** Takes one received message from parsing to its fate: deleted, given back, or left to be offered again. */
export function attendMessage(
  ports: ConsumerPorts,
  message: Received,
  options: { readonly visibilitySeconds: number; readonly now: () => number },
): Attended {
  const { messageId, receiptHandle, receiveCount } = message;
  const { report } = ports;
  let held: HeldJob | undefined;
  let draining = false;

  async function attend(): Promise<void> {
    const job = readJob();
    if (!job) return giveBack(hideUnusable(receiveCount));
    if (await isForAnother(job)) return passOn(job);
    const claimedAt = options.now();
    const claim = await claimJob(job);
    if (!claim) return;
    report({ name: `job:claim:${claim.kind}`, jobId: job.id, messageId, receiveCount });
    switch (claim.kind) {
      case 'finished':
        return remove(job.id);
      case 'running-elsewhere':
        // The other worker's heartbeat, or this delivery's own timeout, brings it back when there is something left to do.
        return;
      case 'unknown':
        return giveBack(hideUnusable(receiveCount), job.id, 'no such job in the ledger');
      case 'claimed':
      case 'resume-post':
        held = holdJob(
          ports,
          { message, row: claim.row, from: claim.kind === 'claimed' ? 'paint' : 'post', claimedAt },
          options,
        );
        if (draining) held.abort(new Draining());
        return carryOut(held);
    }
  }

  async function isForAnother(job: Job): Promise<boolean> {
    try {
      return (await ports.belongsElsewhere?.(job)) ?? false;
    } catch (error) {
      report({ name: 'job:route:failed', jobId: job.id, messageId, error });
      return false;
    }
  }

  /** As a copy: given back again and again, SQS would take the message for a failing one. */
  async function passOn(job: Job): Promise<void> {
    try {
      await ports.sendAgain(job, PASS_ON_SECONDS);
    } catch (error) {
      report({ name: 'message:send-again:failed', jobId: job.id, messageId, error });
      return giveBack(hideFailed(receiveCount), job.id);
    }
    report({ name: 'job:route:elsewhere', jobId: job.id, messageId });
    return remove(job.id);
  }

  function readJob(): Job | undefined {
    try {
      return parseJob(message.body);
    } catch (error) {
      if (!(error instanceof MalformedJob)) throw error;
      report({ name: 'message:parse:malformed', messageId, receiveCount, reason: error.message });
      return undefined;
    }
  }

  async function claimJob(job: Job): Promise<Claim | undefined> {
    try {
      return await ports.claim(job.id, leaseSecondsFor(options.visibilitySeconds));
    } catch (error) {
      report({ name: 'job:claim:failed', jobId: job.id, messageId, receiveCount, error });
      await giveBack(hideFailed(receiveCount), job.id);
      return undefined;
    }
  }

  async function carryOut(job: HeldJob): Promise<void> {
    const jobId = job.row.job.id;
    try {
      await ports.work(job);
      report({ name: 'job:work:done', jobId, messageId });
      await remove(jobId);
    } catch (error) {
      await decideFate(job, error);
    } finally {
      job.stopHeartbeat();
    }
  }

  /** An error's class says whether trying again helps. */
  async function decideFate(job: HeldJob, error: unknown): Promise<void> {
    const jobId = job.row.job.id;
    if (error instanceof LeaseLost) {
      // Whoever holds the lease owns the message, too.
      return report({ name: 'job:work:stopped', jobId, messageId, reason: 'lease lost' });
    }
    if (error instanceof Cancelled) {
      report({ name: 'job:work:stopped', jobId, messageId, reason: 'cancelled' });
      return remove(jobId);
    }
    if (error instanceof Draining) {
      report({ name: 'job:work:stopped', jobId, messageId, reason: 'draining' });
      return handOver(job);
    }
    if (error instanceof PutOff) return putOff(job, error);
    if (error instanceof Refused) return refuse(job, error);
    report({ name: 'job:work:failed', jobId, messageId, receiveCount, error });
    await release(jobId);
    return giveBack(hideFailed(receiveCount), jobId);
  }

  async function refuse(job: HeldJob, refused: Refused): Promise<void> {
    const jobId = job.row.job.id;
    report({ name: 'job:work:refused', jobId, messageId, reason: refused.reason, error: refused.cause });
    try {
      await ports.refuse(job.row, refused);
    } catch (error) {
      if (error instanceof PutOff) return putOff(job, error);
      report({ name: 'job:refuse:failed', jobId, messageId, error });
      await release(jobId);
      return giveBack(hideFailed(receiveCount), jobId);
    }
    return remove(jobId);
  }

  async function putOff(job: HeldJob, { seconds, cause }: PutOff): Promise<void> {
    report({ name: 'job:work:put-off', jobId: job.row.job.id, messageId, hiddenSeconds: hidePutOff(seconds), error: cause });
    return handOver(job, hidePutOff(seconds));
  }

  /** Gives a job that is not at fault to the next worker. */
  async function handOver({ row }: HeldJob, seconds = 0): Promise<void> {
    const jobId = row.job.id;
    await release(jobId);
    if (receiveCount < MAX_RECEIVES) return giveBack(seconds, jobId);
    // Given back once more, SQS would take the message for a failing one. A copy starts counting from one.
    try {
      await ports.sendAgain(row.job, seconds);
    } catch (error) {
      report({ name: 'message:send-again:failed', jobId, messageId, error });
      return giveBack(0, jobId);
    }
    report({ name: 'message:send-again:ok', jobId, messageId });
    return remove(jobId);
  }

  async function release(jobId: string): Promise<void> {
    try {
      await ports.release(jobId);
    } catch (error) {
      report({ name: 'job:release:failed', jobId, error });
    }
  }

  async function giveBack(seconds: number, jobId?: string, reason?: string): Promise<void> {
    const about = { messageId, receiveCount, hiddenSeconds: seconds, ...(jobId && { jobId }), ...(reason && { reason }) };
    try {
      await ports.hide(receiptHandle, seconds);
      report({ name: 'message:give-back:ok', ...about });
    } catch (error) {
      // It comes back by itself when its visibility timeout ends.
      report({ name: 'message:hide:failed', ...about, error });
    }
  }

  async function remove(jobId: string): Promise<void> {
    try {
      await ports.remove(receiptHandle);
      report({ name: 'message:delete:ok', jobId, messageId });
    } catch (error) {
      // It is offered again, found finished, and deleted then.
      report({ name: 'message:delete:failed', jobId, messageId, error });
    }
  }

  const done = attend().catch((error: unknown) => report({ name: 'job:work:failed', messageId, receiveCount, error }));
  return {
    done,
    drain: () => {
      draining = true;
      held?.abort(new Draining());
    },
    abandon: async () => {
      held?.stopHeartbeat();
      await (held ? handOver(held) : giveBack(0));
    },
  };
}
