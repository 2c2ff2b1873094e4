import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageQueue } from '../../core/message-queue.ts';
import { LATE_ANSWER_SECONDS } from '../../core/stack.ts';
import { reasonOf } from '../log.ts';
import type { LatePorts } from '../ports.ts';
import { finishOne } from './finish-batch.ts';

/** So many are worked out side by side: one that takes minutes holds nobody else up. */
const AT_ONCE = 3;

/** Finishes late answers until the signal, for hosts without Lambda. Never throws. */
export async function watchLateAnswers(queue: MessageQueue, ports: LatePorts, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, () => finishInTurn(queue, ports, signal)));
}

async function finishInTurn(queue: MessageQueue, ports: LatePorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const [message] = await queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: LATE_ANSWER_SECONDS, signal });
      if (message && (await finishOne(message, ports))) await queue.delete(message.receiptHandle);
    } catch (error) {
      if (signal.aborted) return;
      ports.log.warn({ event: 'late-answers:receive:failed', reason: reasonOf(error) }, 'the queue of late answers does not answer');
      await sleep(5000, undefined, { signal }).catch(() => undefined);
    }
  }
}
