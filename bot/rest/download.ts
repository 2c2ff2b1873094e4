import { Broke, RefusedByDiscord } from './discord-errors.ts';

/** Where Discord keeps files: https://discord.com/developers/docs/reference#image-formatting, and attachments likewise. */
const CDN_HOSTS: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const TIMEOUT_MS = 15_000;

/**
 * Fetches a file that Discord keeps. Its URL is signed: it enters no error.
 * @param api base of the API that is spoken to: a local Discord keeps its files itself
 * @throws {DiscordError}
 */
export async function downloadFile(url: string, api: string): Promise<Uint8Array> {
  const { host } = new URL(url);
  const request = `GET https://${host}/…`;
  if (!CDN_HOSTS.has(host) && host !== new URL(api).host) throw new RefusedByDiscord(`${request}: not where Discord keeps files`, request, undefined, undefined);
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Broke(`${request}: answered ${response.status}`, request, response.status, undefined);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof Broke) throw error;
    throw new Broke(`${request}: no usable answer`, request, undefined, undefined);
  }
}
