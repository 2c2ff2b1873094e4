import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ContentHash } from '../manifest.ts';

const CHUNK_BYTES = 1 << 20;

/** Whether a file has the content that a hash stands for. `onBytes` is told of every piece read; an abort throws the signal's reason. */
export async function hasContent(path: string, bytes: number, { algorithm, hex }: ContentHash, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<boolean> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  // git's id of a blob (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
  if (algorithm === 'git-sha1') hash.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    signal.throwIfAborted();
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return hash.digest('hex') === hex;
}
