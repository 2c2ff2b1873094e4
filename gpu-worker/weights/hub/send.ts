import { HubRefused, explainNetworkError } from './hub-error.ts';

/** Where the hub is, and as whom to ask. */
export interface HubAddress {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
}

export interface Answer {
  readonly response: Response;
  /** Whether the hub itself answered, not a host that it sent us to. */
  readonly fromHub: boolean;
  /** Who answered, for messages. */
  readonly host: string;
}

const MAX_REDIRECTS = 8;

/**
 * GETs an address of the hub. Redirects are followed here and not by `fetch`, so that the token goes to the hub's own origin and
 * nowhere else: large files lie on other hosts, at addresses that are signed already.
 * @throws {HubUnavailable | HubRefused}; an abort throws the signal's reason
 */
export async function send(hub: HubAddress, url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
  const home = new URL(hub.endpoint).origin;
  let at = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const fromHub = at.origin === home;
    const token = fromHub ? hub.token : undefined;
    const response = await get(hub.fetch ?? fetch, at, { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }, signal);
    const location = isRedirect(response.status) ? response.headers.get('location') : null;
    if (location === null) return { response, fromHub, host: at.host };
    await response.body?.cancel();
    at = next(at, location);
  }
  throw new HubRefused(`${new URL(url).host} redirects in a circle: is HF_ENDPOINT right?`);
}

async function get(fetch: typeof globalThis.fetch, url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  try {
    // Compressed, the bytes would not be the ones that a range counts.
    return await fetch(url.href, { redirect: 'manual', signal, headers: { 'user-agent': 'refinery', 'accept-encoding': 'identity', ...headers } });
  } catch (error) {
    throw explainNetworkError(signal.aborted ? signal.reason : error, url.host);
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function next(at: URL, location: string): URL {
  if (!URL.canParse(location, at.href)) throw new HubRefused(`${at.host} redirects to no address at all: is HF_ENDPOINT right?`);
  const to = new URL(location, at);
  const downgraded = at.protocol === 'https:' && to.protocol !== 'https:';
  if (downgraded || !/^https?:$/.test(to.protocol)) throw new HubRefused(`${at.host} redirects from https to ${to.protocol.replace(':', '')}, which is not followed.`);
  return to;
}
