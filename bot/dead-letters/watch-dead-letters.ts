import { setTimeout as sleep } from 'node:timers/promises';
import { MalformedJob } from '../../core/job.ts';
import type { MessageQueue, Received } from '../../core/message-queue.ts';
import { reasonOf } from '../log.ts';
import type { DeadLetterPorts } from './report-dead-letter.ts';
import { StillRunning, reportDeadLetter } from './report-dead-letter.ts';

/** How long a message that could not be reported waits before it is tried again. */
const AGAIN_AFTER_SECONDS = 60;
/** A message that is no job stays for the operator; it is looked at, and logged, this often. SQS allows 12 hours at most. */
const KEEP_SECONDS = 12 * 3600;

/** Reports dead letters until the signal, for hosts without Lambda. Never throws. */
export async function watchDeadLetters(queue: MessageQueue, ports: DeadLetterPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const received = await receive(queue, ports, signal);
    for (const message of received) await report(message, queue, ports);
  }
}

async function receive(queue: MessageQueue, { log }: DeadLetterPorts, signal: AbortSignal): Promise<readonly Received[]> {
  try {
    return await queue.receive({ max: 10, waitSeconds: 20, visibilitySeconds: AGAIN_AFTER_SECONDS, signal });
  } catch (error) {
    if (signal.aborted) return [];
    log.warn({ event: 'dead-letters:receive:failed', reason: reasonOf(error) }, 'the dead-letter queue does not answer');
    await sleep(5000, undefined, { signal }).catch(() => undefined);
    return [];
  }
}

async function report(message: Received, queue: MessageQueue, ports: DeadLetterPorts): Promise<void> {
  const fields = { message: message.messageId, receiveCount: message.receiveCount };
  try {
    const outcome = await reportDeadLetter(message.body, ports);
    ports.log.warn({ event: `dead-letter:report:${outcome}`, ...fields }, 'a job was given up');
    await queue.delete(message.receiptHandle);
  } catch (error) {
    if (error instanceof StillRunning) return;
    ports.log.error({ event: 'dead-letter:report:failed', ...fields, reason: reasonOf(error) }, 'a dead letter could not be reported');
    if (error instanceof MalformedJob) await queue.extend(message.receiptHandle, KEEP_SECONDS).catch(() => undefined);
  }
}
