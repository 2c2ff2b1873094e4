import { MAX_RECEIVES } from '../../core/limits.ts';

const LONGEST_SECONDS = 900;

/**
 * How long a message that cannot be used stays hidden, so that its receives are used up and SQS moves it to the
 * dead-letter queue within seconds. Doubling keeps a queue without a redrive policy from becoming a storm.
 */
export function hideUnusable(receiveCount: number): number {
  return Math.min(LONGEST_SECONDS, 2 ** (receiveCount - 1));
}

/** How long a job that failed waits for its next try: 5 s, then 20 s; after the last one it goes to the dead letters at once. */
export function hideFailed(receiveCount: number): number {
  if (receiveCount >= MAX_RECEIVES) return 0;
  return 5 * 4 ** (receiveCount - 1);
}
