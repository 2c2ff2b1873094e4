/** Interactions by HTTP: signed with the application's Ed25519 key over timestamp and body. https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers */
import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { InteractionType } from 'discord-api-types/v10';
import type { APIInteraction } from 'discord-api-types/v10';
import type { ApplicationRecord } from '../store/records.ts';


/** Posts a signed body to an endpoint. `spoil` sends a signature that cannot be right, as Discord's probe does. */
export async function postSigned(application: ApplicationRecord, url: string, body: string, now: number, signal: AbortSignal, spoil = false): Promise<Response> {
  const timestamp = `${Math.trunc(now / 1000)}`;
  const key = createPrivateKey({ key: Buffer.from(application.privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const signature = spoil ? randomBytes(64) : sign(null, Buffer.from(timestamp + body), key);
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Discord-Interactions/1.0 (local)', 'x-signature-ed25519': signature.toString('hex'), 'x-signature-timestamp': timestamp },
    body,
    signal,
    redirect: 'error',
  });
}

/** Whether the endpoint answers a ping with a pong and refuses a bad signature, which Discord asks before it accepts one. */
export async function passesProbe(application: ApplicationRecord, url: string, now: number, withinMs: number): Promise<boolean> {
  const ping = JSON.stringify({ id: '1', application_id: application.id, type: InteractionType.Ping, token: 'ping', version: 1 });
  try {
    const good = await postSigned(application, url, ping, now, AbortSignal.timeout(withinMs));
    const answer: unknown = good.ok ? await good.json() : undefined;
    const bad = await postSigned(application, url, ping, now, AbortSignal.timeout(withinMs), true);
    await bad.arrayBuffer();
    return typeof answer === 'object' && answer !== null && 'type' in answer && answer.type === 1 && bad.status === 401;
  } catch {
    return false;
  }
}

/** Posts an interaction; what comes back is its answer, unless it is 202: then the answer comes by the callback route. */
export async function deliverByHttp(application: ApplicationRecord, url: string, interaction: APIInteraction, now: number, withinMs: number): Promise<Response> {
  return postSigned(application, url, JSON.stringify(interaction), now, AbortSignal.timeout(withinMs));
}
