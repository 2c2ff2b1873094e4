import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { existing, refusal, started, trusted } from './started.ts';
import type { Started } from './started.ts';

let local: Started;
let endpoint: Server;
let url: string;
let answer: { status: number; body: unknown };
let honest: boolean;
const received: unknown[] = [];

/** Verifies as Discord's documentation says, with Node's own Ed25519. */
function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(local.discord.publicKey, 'hex')]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(`${String(headers['x-signature-timestamp'])}${body}`), key, Buffer.from(String(headers['x-signature-ed25519']), 'hex'));
}

beforeEach(async () => {
  received.length = 0;
  honest = true;
  answer = { status: 200, body: { type: 4, data: { content: 'by HTTP' } } };
  local = await started({ wrongOnPurpose: true, answerWithinMs: 500 });
  endpoint = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks).toString();
    if (honest && !isSigned(request, body)) return void response.writeHead(401).end('invalid request signature');
    const interaction = trusted<{ type: number }>(JSON.parse(body));
    if (interaction.type === 1) return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"type":1}');
    received.push(interaction);
    return void response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/interactions`;
  await local.rest('PUT', `/applications/${local.discord.applicationId}/commands`, [{ name: 'imagine', description: 'Paints' }]);
});
afterEach(async () => {
  endpoint.close();
  endpoint.closeAllConnections();
  await local.stop();
});

const setUrl = (value: string | null) => local.rest('PATCH', '/applications/@me', { interactions_endpoint_url: value });
const use = async () => local.interact(local.max, { kind: 'command', channelId: local.channel('imagine').id, commandId: existing((await local.state(local.max)).commands[0]).id, options: [] });

it('an endpoint that checks signatures is accepted, and gets interactions signed', async () => {
  expect((await setUrl(url)).body).toMatchObject({ interactions_endpoint_url: url, verify_key: local.discord.publicKey });
  expect(await use()).toMatchObject({ outcome: 'answered' });
  expect(received).toMatchObject([{ type: 2, data: { name: 'imagine' }, member: { user: { username: 'max' } } }]);
  expect((await local.messages(local.max, local.channel('imagine')))[0]?.content).toBe('by HTTP');
});

it('an endpoint that takes any signature is refused', async () => {
  honest = false;
  expect(refusal(await setUrl(url))).toEqual([400, 50035]);
  expect(refusal(await setUrl('http://127.0.0.1:1/'))).toEqual([400, 50035]);
});

it('an answer that Discord would not take, or none, fails for the user', async () => {
  await setUrl(url);
  answer = { status: 200, body: { type: 4, data: { content: 'x'.repeat(2001) } } };
  expect(await use()).toMatchObject({ outcome: 'failed', message: 'The application did not respond' });
  answer = { status: 500, body: {} };
  expect(await use()).toMatchObject({ outcome: 'failed' });
  // 202 promises the callback route, which then stays silent.
  answer = { status: 202, body: {} };
  expect(await use()).toMatchObject({ outcome: 'failed' });
});
