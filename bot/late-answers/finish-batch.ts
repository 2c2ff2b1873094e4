import * as v from 'valibot';
import { reasonOf } from '../log.ts';
import type { LatePorts } from '../ports.ts';
import { finishLateAnswer } from './finish-late-answer.ts';

const sqsEvent = v.object({
  Records: v.array(v.object({ messageId: v.string(), body: v.string(), attributes: v.object({ ApproximateReceiveCount: v.pipe(v.string(), v.transform(Number)) }) })),
});

/** Finishes every late answer of an SQS event. @returns those that SQS shall offer again */
export async function finishBatch(event: unknown, ports: LatePorts): Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }> {
  const { Records } = v.parse(sqsEvent, event);
  const failed = await Promise.all(
    Records.map(async ({ messageId, body, attributes }) => {
      const isDone = await finishOne({ messageId, body, receiveCount: attributes.ApproximateReceiveCount }, ports);
      return isDone ? [] : [{ itemIdentifier: messageId }];
    }),
  );
  return { batchItemFailures: failed.flat() };
}

/** Finishes one message. @returns whether the queue may forget it */
export async function finishOne({ messageId, body, receiveCount }: { readonly messageId: string; readonly body: string; readonly receiveCount: number }, ports: LatePorts): Promise<boolean> {
  try {
    const outcome = await finishLateAnswer(body, receiveCount, ports);
    ports.log.info({ event: `late-answer:finish:${outcome}`, message: messageId, receiveCount }, 'a late answer');
    return true;
  } catch (error) {
    ports.log.error({ event: 'late-answer:finish:failed', message: messageId, receiveCount, reason: reasonOf(error) }, 'a late answer could not be finished');
    return false;
  }
}
