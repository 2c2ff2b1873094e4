import type { Job } from '../../core/job.ts';
import type { Received } from '../../core/message-queue.ts';
import type { Claim } from '../../core/ledger/lease.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import type { Refused } from '../refused.ts';
import type { JobInHand } from './job-in-hand.ts';
import type { Report } from './loop-event.ts';

/**
 * What the consumer needs of the world. It knows no SQS, DynamoDB or Discord.
 *
 * A message is received, hidden (kept invisible for longer, or given back with 0), and deleted. A job is what its body
 * says; a worker may work on a job while it holds the lease on the job's row.
 */
export interface ConsumerPorts {
  /** Waits for messages, at most `max`; returns none when nothing came. Ends early when the signal aborts. */
  readonly receive: (max: number, signal: AbortSignal) => Promise<readonly Received[]>;
  readonly hide: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly remove: (receiptHandle: string) => Promise<void>;
  /** Sends a job once more, as a new message that is offered after a while. */
  readonly sendAgain: (job: Job, delaySeconds: number) => Promise<void>;
  /** Whether this worker lacks what a job wants and another one, there at this moment, has it. */
  readonly belongsElsewhere?: (job: Job) => Promise<boolean>;
  readonly claim: (jobId: string, leaseSeconds: number) => Promise<Claim>;
  readonly renewLease: (jobId: string, leaseSeconds: number) => Promise<'held' | 'lost' | 'cancelled'>;
  /** Whether somebody has cancelled the job: asked every other second, so that ✖ stops the painting at once. */
  readonly isCancelled?: (jobId: string) => Promise<boolean>;
  readonly release: (jobId: string) => Promise<void>;
  /**
   * Carries a job out until its pictures are posted and settled. Throws the signal's reason when stopped,
   * `Refused` when no retry can help, anything else when one may.
   */
  readonly work: (job: JobInHand) => Promise<void>;
  /** Ends a refused job uncharged and tells the person. */
  readonly refuse: (row: JobRow, refused: Refused) => Promise<void>;
  /** Called with how many jobs are in hand whenever that changes. */
  readonly busy?: (jobsInHand: number) => void;
  readonly report: Report;
}

export interface ConsumerOptions {
  /** Jobs worked on at once; 1 by default. */
  readonly slots?: number;
  /** How long a received message stays hidden unless a heartbeat extends it, in whole seconds; 60 by default, at least 2. */
  readonly visibilitySeconds?: number;
  /** How long a drain waits for jobs to stop before it gives their messages back over their heads; 25 by default. */
  readonly drainSeconds?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}
