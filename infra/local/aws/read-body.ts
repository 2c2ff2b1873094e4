import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** The whole body of a request. Throws a 413 when it is longer than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBytes) throw new AwsError('RequestEntityTooLarge', `the body is longer than ${maxBytes} bytes`, 413);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
