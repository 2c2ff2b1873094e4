import * as v from 'valibot';

/** A message attribute as it travels; binary in base64. */
export const MESSAGE_ATTRIBUTE = v.object({
  DataType: v.string(),
  StringValue: v.optional(v.string()),
  BinaryValue: v.optional(v.string()),
});

/** A message as the queue and its journal keep it. Times are epoch milliseconds. */
export const MESSAGE = v.object({
  id: v.string(),
  body: v.string(),
  attributes: v.record(v.string(), MESSAGE_ATTRIBUTE),
  systemAttributes: v.record(v.string(), MESSAGE_ATTRIBUTE),
  sentAt: v.number(),
  /** Until then nobody receives it: it is delayed, or (when `receivedAt` is set) in flight. */
  visibleAt: v.number(),
  receivedAt: v.optional(v.number()),
  firstReceivedAt: v.optional(v.number()),
  receiveCount: v.number(),
  /** Which receive the latest receipt handle belongs to; never goes back, so that no two receives share a handle. */
  receipt: v.number(),
  groupId: v.optional(v.string()),
  deduplicationId: v.optional(v.string()),
  sequenceNumber: v.optional(v.string()),
  deadLetterSourceArn: v.optional(v.string()),
});

export type MessageAttribute = v.InferOutput<typeof MESSAGE_ATTRIBUTE>;
export type Message = v.InferOutput<typeof MESSAGE>;

export function isInFlight(message: Message, now: number): boolean {
  return message.visibleAt > now && message.receivedAt !== undefined;
}

export function isDelayed(message: Message, now: number): boolean {
  return message.visibleAt > now && message.receivedAt === undefined;
}
