import { HubRefused, HubUnavailable } from './hub-error.ts';
import type { Answer, HubAddress } from './send.ts';
import { waitSeconds } from './wait-seconds.ts';

/** What was asked for: `what` completes "there is no …". */
export interface Asked {
  readonly repo: string;
  readonly what: string;
}

/** Turns an answer that is no success into an error that says what to do. What the answer says itself is not quoted. */
export async function refusal({ response, fromHub, host }: Answer, hub: HubAddress, asked: Asked): Promise<HubRefused | HubUnavailable> {
  await response.body?.cancel();
  const { status, headers } = response;
  if (status === 429) {
    const hint = hub.token === undefined ? '; with a token in HF_TOKEN it allows more' : '';
    return new HubUnavailable(`${host} asks for patience (429)${hint}`, waitSeconds(headers));
  }
  if (status >= 500 || status === 408) return new HubUnavailable(`${host} has trouble (${status})`, waitSeconds(headers));
  // A signed address is good for a while only; asked again, the hub gives a new one.
  if (!fromHub) return new HubUnavailable(`${host}, where the hub keeps this file, answers ${status}`);
  return new HubRefused(explain(status, headers.get('x-error-code'), hub, asked));
}

function explain(status: number, code: string | null, { endpoint, token }: HubAddress, { repo, what }: Asked): string {
  const page = `${endpoint}/${repo}`;
  const getToken = `create a token with read access at ${endpoint}/settings/tokens, set HF_TOKEN to it, and pull again`;
  if (code === 'GatedRepo' && token === undefined) return `${repo} is gated (${status}): accept its conditions at ${page}, ${getToken}.`;
  if (code === 'GatedRepo' || status === 403) {
    const whose = token === undefined ? 'your account, and set HF_TOKEN to a token of it' : 'the account that HF_TOKEN belongs to, and let that token read it';
    return `The hub does not give out ${repo} (${status}): accept its conditions at ${page} with ${whose}.`;
  }
  if (status === 401 && token === undefined) return `${repo} does not exist, or is not open to everyone (401): if you may read it at ${page}, ${getToken}.`;
  if (status === 401) return `The hub does not accept HF_TOKEN (401): ${getToken}. Models that are open to everyone need no token: unset HF_TOKEN.`;
  if (status === 404 || status === 410) return `There is no ${what} in ${repo} at ${endpoint} (${status}): is --revision right, and HF_ENDPOINT?`;
  return `${endpoint} answers ${status} when asked for ${what} of ${repo}: is HF_ENDPOINT a hub?`;
}
