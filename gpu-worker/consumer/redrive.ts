import { MAX_RECEIVES } from '../../core/limits.ts';

/** Until a job that is for another worker is offered again: whoever lacks its model may be offered it again, too. */
export const PASS_ON_SECONDS = 5;

/** A quarter of an hour: the longest that SQS delays a new message. */
const LONG_SECONDS = 900;

/**
 * How long a message that cannot be used stays hidden: not at all, so that its receives are used up and SQS moves it to
 * the dead-letter queue within a second. On a queue without a redrive policy it would come back for ever, hence the stop.
 */
export function hideUnusable(receiveCount: number): number {
  return receiveCount <= MAX_RECEIVES ? 0 : LONG_SECONDS;
}

/** How long a job that failed waits for its next try: 5 s, then 20 s; after the last one it goes to the dead letters at once. */
export function hideFailed(receiveCount: number): number {
  if (receiveCount < MAX_RECEIVES) return 5 * 4 ** (receiveCount - 1);
  return hideUnusable(receiveCount);
}

/** How long a job waits when somebody asks for so many seconds. Asked for more, it looks again before. */
export function hidePutOff(seconds: number): number {
  return Math.min(Math.max(1, Math.ceil(seconds)), LONG_SECONDS);
}
