import { isInFlight, type Message } from './message.ts';
import type { Queue } from './queue.ts';

const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;

/** The next messages a receive gets, up to `max`, in the order the queue's kind gives them. Changes nothing. */
export function pickMessages(queue: Queue, max: number, now: number): readonly Message[] {
  return queue.isFifo ? pickInGroupOrder(queue, max, now) : pickFairly(queue, max, now);
}

/** FIFO: in order, and nothing of a group while an earlier message of it is in flight or delayed. */
function pickInGroupOrder(queue: Queue, max: number, now: number): readonly Message[] {
  const locked = new Set<string | undefined>();
  for (const message of queue.messages.values()) if (isInFlight(message, now)) locked.add(message.groupId);
  const picked: Message[] = [];
  for (const message of queue.messages.values()) {
    if (picked.length === max) break;
    if (locked.has(message.groupId)) continue;
    if (message.visibleAt <= now) picked.push(message);
    else locked.add(message.groupId);
  }
  return picked;
}

/**
 * Standard: in order of arrival, but quiet groups ahead of noisy ones, and of those the one with the fewest in flight.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
function pickFairly(queue: Queue, max: number, now: number): readonly Message[] {
  const available = Array.from(queue.messages.values()).filter(({ visibleAt }) => visibleAt <= now);
  if (new Set(available.map(({ groupId }) => groupId)).size < 2) return available.slice(0, max);
  const inFlight = new Map<string, number>();
  let allInFlight = 0;
  for (const message of queue.messages.values()) {
    if (!isInFlight(message, now)) continue;
    allInFlight += 1;
    if (message.groupId !== undefined) inFlight.set(message.groupId, (inFlight.get(message.groupId) ?? 0) + 1);
  }
  const shares = queue.processing.shares(now);
  const noise = ({ groupId }: Message): number => {
    // A message without a group is a group of its own.
    if (groupId === undefined) return -1;
    const flying = inFlight.get(groupId) ?? 0;
    const crowds = flying >= NOISY_IN_FLIGHT && flying > allInFlight * NOISY_SHARE;
    return crowds || (shares.get(groupId) ?? 0) > NOISY_SHARE ? flying : -1;
  };
  const picked: Message[] = [];
  while (picked.length < max && available.length > 0) {
    let best = 0;
    let bestNoise = Infinity;
    for (const [i, message] of available.entries()) {
      const its = noise(message);
      if (its < bestNoise) [best, bestNoise] = [i, its];
      if (its === -1) break;
    }
    const [message] = available.splice(best, 1);
    if (message === undefined) break;
    picked.push(message);
    allInFlight += 1;
    if (message.groupId !== undefined) inFlight.set(message.groupId, (inFlight.get(message.groupId) ?? 0) + 1);
  }
  return picked;
}
