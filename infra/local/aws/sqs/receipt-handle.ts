import * as v from 'valibot';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import { receiptHandleIsInvalid } from './sqs-error.ts';

const HANDLE = v.pipe(v.string(), v.parseJson(), v.tuple([v.string(), v.string(), v.number()]));

/** Names one receive of one message. */
export function receiptHandle(queue: Queue, message: Message): string {
  return Buffer.from(JSON.stringify([queue.name, message.id, message.receipt])).toString('base64');
}

/** What a handle names: the message while it is there, and whether it has been received again since. Throws ReceiptHandleIsInvalid. */
export function resolveHandle(queue: Queue, handle: string): { readonly message: Message | undefined; readonly isStale: boolean } {
  const result = v.safeParse(HANDLE, Buffer.from(handle, 'base64').toString('utf8'));
  if (!result.success || result.output[0] !== queue.name) throw receiptHandleIsInvalid(handle);
  const [, id, receipt] = result.output;
  const message = queue.messages.get(id);
  return { message, isStale: message !== undefined && message.receipt !== receipt };
}
