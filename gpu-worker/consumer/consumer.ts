import { setTimeout as sleep } from 'node:timers/promises';
import { type Attended, attendMessage } from './attend-message.ts';
import type { ConsumerOptions, ConsumerPorts } from './ports.ts';

export interface Consumer {
  /**
   * Takes no more messages, asks the jobs in hand to stop at their next step, and gives their messages back.
   * Resolves when nothing is in hand any more; calling it again returns the same promise.
   */
  drain(): Promise<void>;
  /** Resolves when the loop has ended, which only a drain brings about. */
  readonly stopped: Promise<void>;
}

const SHORTEST_VISIBILITY_SECONDS = 2;
/** After a failed receive, doubling up to the longest. */
const RECEIVE_RETRY_MS = { first: 500, longest: 30_000 } as const;
/** SQS hands out at most this many at once. */
const MOST_MESSAGES = 10;

/**
 * Starts receiving: as many jobs at once as there are slots, and a long poll only while one is free, so that no message
 * waits here that another worker could take.
 * @throws {RangeError} on options that cannot work
 */
export function startConsumer(ports: ConsumerPorts, options: ConsumerOptions = {}): Consumer {
  const { slots = 1, visibilitySeconds = 60, drainSeconds = 25, now = Date.now } = options;
  if (!Number.isInteger(visibilitySeconds) || visibilitySeconds < SHORTEST_VISIBILITY_SECONDS) {
    throw new RangeError(`a visibility timeout of ${visibilitySeconds} s is too short for heartbeats: use at least ${SHORTEST_VISIBILITY_SECONDS}`);
  }
  if (!Number.isInteger(slots) || slots < 1) throw new RangeError(`a consumer needs at least one slot, not ${slots}`);

  const inHand = new Set<Attended>();
  const draining = new AbortController();
  const told = new Promise<void>((resolve) => draining.signal.addEventListener('abort', () => resolve()));

  async function loop(): Promise<void> {
    ports.report({ name: 'consumer:start:ok' });
    let retryMs: number = RECEIVE_RETRY_MS.first;
    while (!draining.signal.aborted) {
      if (inHand.size >= slots) {
        await Promise.race([...[...inHand].map(({ done }) => done), told]);
        continue;
      }
      try {
        await receive();
        retryMs = RECEIVE_RETRY_MS.first;
      } catch (error) {
        if (draining.signal.aborted) break;
        ports.report({ name: 'queue:receive:failed', error });
        await sleep(retryMs, undefined, { signal: draining.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, RECEIVE_RETRY_MS.longest);
      }
    }
    await settleInHand();
    ports.report({ name: 'consumer:stop:ok' });
  }

  async function receive(): Promise<void> {
    const messages = await ports.receive(Math.min(slots - inHand.size, MOST_MESSAGES), draining.signal);
    ports.report({ name: 'queue:receive:ok' });
    for (const message of messages) {
      const attended = attendMessage(ports, message, { visibilitySeconds, now });
      inHand.add(attended);
      ports.busy?.(inHand.size);
      void attended.done.then(() => {
        inHand.delete(attended);
        ports.busy?.(inHand.size);
      });
      if (draining.signal.aborted) attended.drain();
    }
  }

  /** A step that takes too long to end does not keep the message: the next worker gets it before we are killed. */
  async function settleInHand(): Promise<void> {
    const allDone = Promise.all([...inHand].map(({ done }) => done));
    const patience = new AbortController();
    const overdue = await Promise.race([
      allDone.then(() => false),
      sleep(drainSeconds * 1000, true, { signal: patience.signal }).catch(() => false),
    ]);
    patience.abort();
    if (!overdue) return;
    ports.report({ name: 'consumer:drain:overdue' });
    await Promise.all([...inHand].map((attended) => attended.abandon()));
  }

  const stopped = loop();
  return {
    stopped,
    drain: () => {
      if (!draining.signal.aborted) {
        ports.report({ name: 'consumer:drain:started' });
        draining.abort();
        for (const attended of inHand) attended.drain();
      }
      return stopped;
    },
  };
}
