import * as v from 'valibot';

/** The moving of a dead-letter queue's messages back to where they came from, or elsewhere. */
export const MOVE_TASK = v.object({
  handle: v.string(),
  /** Queue names; no destination sends each message to the queue it died in. */
  source: v.string(),
  destination: v.optional(v.string()),
  maxPerSecond: v.optional(v.number()),
  status: v.picklist(['RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED']),
  moved: v.number(),
  toMove: v.number(),
  /** Epoch milliseconds. */
  startedAt: v.number(),
  failureReason: v.optional(v.string()),
});

export type MoveTask = v.InferOutput<typeof MOVE_TASK>;
