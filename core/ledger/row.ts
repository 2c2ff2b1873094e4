/**
 * The rows of the ledger's one table and the words for them.
 *
 * | row | pk | sk |
 * | --- | --- | --- |
 * | a job | `job#<job id>` | `job` |
 * | a person's accounts in a guild: of a day, an ISO week (by its Monday), a month | `account#<guild or dm>#<user>` | `day#2026-11-23`, `week#2026-11-23`, `month#2026-11` |
 * | a pot that a channel or the server shares | `pot#<guild>#<channel, or server>` | as above |
 * | an entry of a person's accounts | the accounts' | `entry#<epoch ms>#<0 or 1>#<job id>#<what moved>#<random>` |
 * | the same in the guild's journal | `journal#<guild>#2026-11-23` | `<epoch ms>#<0 or 1>#<job id>#<what moved>#<random>` |
 * | a quota rule | `quota#<guild>` | `user#<id>`, `role#<id>`, `channel#<id>`, `everyone`, `server` |
 * | a change that an admin made | `audit#<guild>` | the interaction's id, 20 digits |
 * | which job a Discord message shows | `message#<message id>` | `message` |
 * | what admins chose for a server or a channel | `settings#<guild>` | `server`, `channel#<id>` |
 * | what a worker can paint with | `offers` | its own id |
 * | what a month has cost | `budget` | `month#2026-11` |
 * | how many workers were needed of late, and when they were last woken | `scaling` | `needs`, `wake` |
 * | a worker, how fast a model paints, how long a worker takes to start | `workforce` | `worker#<its own id>`, `pace#<model>`, `cold-start` |
 *
 * Jobs that are not over yet also stand in the sparse index `open`, in the order they were asked for: under `unsent` from
 * their admission until their message is known to be on the queue, then under `open`.
 */
import * as v from 'valibot';
import { jobSchema } from '../job.ts';
import { accountKeySchema } from './account-row.ts';

export const JOB_STATES = ['queued', 'running', 'painted', 'posted', 'refused', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States that a job leaves again. The others are final. */
export const OPEN_STATES = ['queued', 'running', 'painted'] as const;
/** Final states in which nothing was charged, so that the same job may be asked for again. */
export const UNCHARGED_STATES = ['refused', 'failed', 'cancelled'] as const;

export const OPEN_INDEX = 'open';
/** Partition of that index for jobs that are on the queue, and for those of which it is not yet known. */
export const SENT = 'open';
export const UNSENT = 'unsent';

/** Rows leave the table by themselves: a picture's buttons and reactions work this long after it was asked for. */
const JOB_ROW_DAYS = 90;

const storedPicture = v.object({
  /** Key in the picture store of what is posted, upscaled. */
  key: v.string(),
  /** Key of the picture as the VAE decoded it: what a refine starts from. */
  paintedKey: v.string(),
  seed: v.number(),
  /** Pixels of the painted picture, before upscaling. */
  width: v.number(),
  height: v.number(),
  /** Latents kept where the base would have handed them to the refiner, of a picture that no refiner touched. */
  handover: v.optional(v.object({ key: v.string(), /** Epoch milliseconds. */ keptUntil: v.number() })),
  /** Which of the refiner's ways a ✨ took: it finished kept latents, or raised the finished picture, at once or in windows. */
  refinedBy: v.optional(v.picklist(['ensemble', 'sdedit', 'high-resolution'])),
  /** What made the posted file larger than it was painted, for people. */
  enlargedBy: v.optional(v.string()),
  /** Posted behind a spoiler: asked for so, or the screen was in doubt. */
  spoiler: v.optional(v.boolean()),
  /** Key of the lossless file, where a smaller one had to be posted. */
  fullKey: v.optional(v.string()),
});
export type StoredPicture = Readonly<v.InferOutput<typeof storedPicture>>;

const checkpoint = v.object({
  /** Where in a job's work the checkpoint was taken; the worker's own word, e.g. `handover`. */
  stage: v.string(),
  /** Keys in the picture store, in the worker's order. */
  keys: v.array(v.string()),
  /** Steps done when it was taken. */
  step: v.optional(v.number()),
});
export type Checkpoint = Readonly<v.InferOutput<typeof checkpoint>>;

const posted = v.object({ channelId: v.string(), messageIds: v.array(v.string()) });
export type Posted = Readonly<v.InferOutput<typeof posted>>;

const answerPlace = v.object({
  channelId: v.string(),
  messageId: v.string(),
  /** The interaction's original response; otherwise a message that was posted to hold the answer. */
  isOriginal: v.boolean(),
});
/** The one message that a job's final answer goes into. It is recorded first, so that whoever must say it again says it there. */
export type AnswerPlace = Readonly<v.InferOutput<typeof answerPlace>>;

const jobRow = v.object({
  job: jobSchema,
  state: v.picklist(JOB_STATES),
  /** Hundredths of a credit, reserved at admission. */
  cost: v.number(),
  /** The accounts that the reservation stands in, whatever the rules say by now: it is settled or given back there. */
  accounts: v.array(accountKeySchema),
  /** The channel, and the one that it is a thread of, as the rules were asked about them. */
  channelIds: v.optional(v.array(v.string()), []),
  /** 1 for the first admission; higher when a job that ended uncharged was asked for again. */
  attempt: v.number(),
  owner: v.optional(v.string()),
  /** Epoch milliseconds. */
  leaseEndsAt: v.optional(v.number()),
  checkpoint: v.optional(checkpoint),
  pictures: v.optional(v.array(storedPicture)),
  answerPlace: v.optional(answerPlace),
  posted: v.optional(posted),
  /** Epoch milliseconds: until then its asker must have been told that it is in line. Absent once that is sure, and where nobody is told (unsent.ts). */
  confirmBy: v.optional(v.number()),
  /** Epoch milliseconds: until then an edit of the waiting card may land (card-mark.ts). */
  cardMarkedUntil: v.optional(v.number()),
  reason: v.optional(v.string()),
});
export type JobRow = Readonly<v.InferOutput<typeof jobRow>>;

export function parseJobRow(item: unknown): JobRow {
  return v.parse(jobRow, item);
}

const messageRow = v.object({ jobId: v.string(), channelId: v.string() });

export function parseMessageRow(item: unknown): { jobId: string; channelId: string } {
  return v.parse(messageRow, item);
}

export function jobKey(jobId: string): { pk: string; sk: string } {
  return { pk: `job#${jobId}`, sk: 'job' };
}

export function messageKey(messageId: string): { pk: string; sk: string } {
  return { pk: `message#${messageId}`, sk: 'message' };
}

/** Epoch seconds after which DynamoDB may drop a row that was written at `nowMs`. */
export function expiry(nowMs: number): number {
  return Math.floor(nowMs / 1000) + JOB_ROW_DAYS * 24 * 3600;
}
