import * as v from 'valibot';
import { reasonOf } from '../log.ts';
import type { DeadLetterPorts } from './report-dead-letter.ts';
import { reportDeadLetter } from './report-dead-letter.ts';

const sqsEvent = v.object({ Records: v.array(v.object({ messageId: v.string(), body: v.string() })) });

/** Which messages SQS shall keep and offer again (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Reports every message of an SQS event. Those that could not be reported stay in the queue; so do those that are no
 * job, with the reason in the log, until the operator has seen them or the queue lets them go.
 */
export async function reportBatch(event: unknown, ports: DeadLetterPorts): Promise<BatchAnswer> {
  const { Records } = v.parse(sqsEvent, event);
  const kept = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        const outcome = await reportDeadLetter(body, ports);
        ports.log.warn({ event: `dead-letter:report:${outcome}`, message: messageId }, 'a job was given up');
        return [];
      } catch (error) {
        ports.log.error({ event: 'dead-letter:report:failed', message: messageId, reason: reasonOf(error) }, 'a dead letter could not be reported');
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: kept.flat() };
}
