import { formatSeconds } from '../byte-size.ts';
import { HubUnavailable } from './hub-error.ts';

/** Waits; an abort ends it with the signal's reason. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface RetryOptions {
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
  /** Tells a person why nothing happens for a while. */
  readonly notify: (message: string) => void;
  /** A number that grows while attempts get somewhere: those do not count as failed. */
  readonly progress?: () => number;
  readonly attempts?: number;
}

const ATTEMPTS = 6;
const LONGEST_BACKOFF_SECONDS = 30;
/** The hub counts requests over windows of five minutes. */
const LONGEST_WAIT_SECONDS = 330;

/** Runs `attempt` again after `HubUnavailable`, waiting 1, 2, 4 … seconds or as long as the hub asks. @throws what the last attempt threw */
export async function retry<T>(attempt: () => Promise<T>, { sleep, signal, notify, progress = () => 0, attempts = ATTEMPTS }: RetryOptions): Promise<T> {
  let failures = 0;
  let reached = progress();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HubUnavailable)) throw error;
      if (progress() > reached) failures = 0;
      reached = progress();
      failures++;
      const asked = error.waitSeconds ?? 0;
      if (failures === attempts || asked > LONGEST_WAIT_SECONDS) throw givenUp(error);
      const seconds = Math.max(asked, Math.min(2 ** (failures - 1), LONGEST_BACKOFF_SECONDS));
      notify(`${error.message}: trying again in ${formatSeconds(seconds)}`);
      await sleep(seconds * 1000, signal).catch(() => signal.throwIfAborted());
    }
  }
}

function givenUp({ message, waitSeconds, cause }: HubUnavailable): HubUnavailable {
  const later = waitSeconds === undefined ? 'later' : `in ${formatSeconds(waitSeconds)}`;
  return new HubUnavailable(`${message}. Run the same command again ${later}: what has been downloaded is kept.`, waitSeconds, { cause });
}
