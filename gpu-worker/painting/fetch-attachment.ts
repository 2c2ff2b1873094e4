import type { AttachedPicture } from '../../core/job.ts';
import { MAX_ATTACHED_BYTES } from '../../core/limits.ts';
import { Refused } from '../refused.ts';

/** Where Discord keeps attachments (https://discord.com/developers/docs/reference#signed-attachment-cdn-urls). */
const CDN_HOSTS: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const TIMEOUT_MS = 15_000;

/** Gives the bytes of an attachment. @throws {Refused} when it is not where Discord keeps files, too large, or gone */
export type FetchAttachment = (attached: AttachedPicture) => Promise<Uint8Array>;

/**
 * Fetches what people attached, from Discord's own hosts and nowhere else; a local Discord keeps its files itself.
 * The URL is signed and enters no error.
 * @param api base of the Discord API that is spoken to
 */
export function attachmentFetcher(api: string): FetchAttachment {
  const own = new URL(api);
  const isOwnLocal = own.hostname === '127.0.0.1' || own.hostname === 'localhost' || own.hostname === '[::1]';
  return async ({ url, bytes }) => {
    const { protocol, hostname, host } = new URL(url);
    const isDiscords = (protocol === 'https:' && CDN_HOSTS.has(hostname)) || (isOwnLocal && host === own.host);
    if (!isDiscords) throw new Refused('attachment-elsewhere');
    if (bytes > MAX_ATTACHED_BYTES) throw new Refused('attachment-too-large');
    // A redirect could lead anywhere.
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (response.status === 404 || response.status === 403) throw new Refused('attachment-gone');
    if (!response.ok || !response.body) throw new Error(`an attachment could not be fetched: status ${response.status}`);
    return readAtMost(response.body, MAX_ATTACHED_BYTES);
  };
}

/** What is declared and what is sent may differ: counted while it comes. */
async function readAtMost(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > most) throw new Refused('attachment-too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
