import { LeaseLost } from '../../core/ledger/lease.ts';
import type { Received } from '../../core/message-queue.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import type { ConsumerPorts } from './ports.ts';
import { Cancelled } from './stop-reasons.ts';

/** A claimed job as its work sees it. */
export interface JobInHand {
  readonly row: JobRow;
  /** `paint`: from the start or a checkpoint; `post`: the pictures are painted and stored, only posting is left. */
  readonly from: 'paint' | 'post';
  /** Aborted when the work must stop; the reason is `Draining`, `Cancelled` or `LeaseLost`. */
  readonly signal: AbortSignal;
  /** Whether the lease still runs by our own clock: a process that was paused finds out here, before its next heartbeat. */
  holdsLease(): boolean;
  /** Extends the lease now. Call it before anything that another worker must not do too. @throws {LeaseLost | Cancelled} */
  renew(): Promise<void>;
}

/** The lease ends before the message comes back, so that whoever receives it next can claim the job. */
const LEASE_SHARE = 0.8;
/** Two heartbeats may fail before anything is lost. */
const HEARTBEATS_PER_VISIBILITY = 3;
/** How long a cancelled job may go on being painted, its step in hand aside. */
const LOOK_FOR_CANCEL_MS = 1500;

/** A job in hand with its heartbeat, which keeps the message hidden and the lease running, together. */
export interface HeldJob extends JobInHand {
  abort(reason: Error): void;
  stopHeartbeat(): void;
}

export function leaseSecondsFor(visibilitySeconds: number): number {
  return visibilitySeconds * LEASE_SHARE;
}

/** @param claimedAt epoch milliseconds just before the claim was made */
export function holdJob(
  ports: Pick<ConsumerPorts, 'renewLease' | 'hide' | 'isCancelled' | 'report'>,
  held: { readonly message: Received; readonly row: JobRow; readonly from: JobInHand['from']; readonly claimedAt: number },
  { visibilitySeconds, now }: { readonly visibilitySeconds: number; readonly now: () => number },
): HeldJob {
  const { message, row, from } = held;
  const jobId = row.job.id;
  const leaseMs = leaseSecondsFor(visibilitySeconds) * 1000;
  const controller = new AbortController();
  let leaseEndsAt = held.claimedAt + leaseMs;

  async function renew(): Promise<void> {
    const asked = now();
    const outcome = await ports.renewLease(jobId, leaseMs / 1000);
    if (outcome === 'held') {
      leaseEndsAt = asked + leaseMs;
      return;
    }
    throw lose(outcome === 'cancelled' ? new Cancelled() : new LeaseLost(`job ${jobId}: another worker holds the lease`));
  }

  function lose(reason: Cancelled | LeaseLost): Error {
    ports.report({ name: reason instanceof Cancelled ? 'job:heartbeat:cancelled' : 'job:heartbeat:lost', jobId });
    stopHeartbeat();
    leaseEndsAt = 0;
    controller.abort(reason);
    return reason;
  }

  /** The lease first: the message must not come back while the row says that somebody works on it. */
  async function beat(): Promise<void> {
    try {
      await renew();
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Cancelled) return;
      ports.report({ name: 'job:heartbeat:failed', jobId, error });
      if (now() >= leaseEndsAt) {
        lose(new LeaseLost(`job ${jobId}: the lease ran out while it could not be extended`, { cause: error }));
      }
      return;
    }
    try {
      await ports.hide(message.receiptHandle, visibilitySeconds);
      ports.report({ name: 'job:heartbeat:ok', jobId });
    } catch (error) {
      // A duplicate delivery made our receipt handle stale. The lease is what counts: the other copy is left alone.
      ports.report({ name: 'message:hide:failed', jobId, messageId: message.messageId, error });
    }
  }

  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    beating ??= beat().finally(() => (beating = undefined));
  }, (visibilitySeconds * 1000) / HEARTBEATS_PER_VISIBILITY);

  let looking: Promise<void> | undefined;
  async function lookForCancel(): Promise<void> {
    // A failed look is none: the heartbeat finds out, too.
    const isCancelled = await ports.isCancelled?.(jobId).catch(() => false);
    if (isCancelled && !controller.signal.aborted) lose(new Cancelled());
  }
  const looker = setInterval(() => {
    looking ??= lookForCancel().finally(() => (looking = undefined));
  }, LOOK_FOR_CANCEL_MS);

  function stopHeartbeat(): void {
    clearInterval(timer);
    clearInterval(looker);
  }

  return {
    row,
    from,
    signal: controller.signal,
    holdsLease: () => now() < leaseEndsAt,
    renew,
    abort: (reason) => controller.abort(reason),
    stopHeartbeat,
  };
}
