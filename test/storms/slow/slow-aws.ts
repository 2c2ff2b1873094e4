/** A way to the AWS stand-ins that takes longer, and that notes who went it when. */
import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';

export interface SlowAws {
  /** Milliseconds that each call takes longer, from now on. */
  delayMs: number;
  /** The same environment, whose addresses lead this way. */
  lead(env: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** How many calls there were within a time (epoch ms), and how many of them had to wait for one another. */
  between(from: number, to: number): { readonly calls: number; readonly inARow: number };
  close(): Promise<void>;
}

interface Call {
  readonly startedAt: number;
  endedAt: number;
}

/** Whoever waits for messages waits for as long as it takes. */
const LONG_POLL = 'AmazonSQS.ReceiveMessage';
const LOOPBACK = /http:\/\/127\.0\.0\.1:\d+/g;
/** A call that starts this soon after another did not wait for its answer. */
const SAME_MS = 100;

/** @param env with the addresses of the stand-ins under `AWS_ENDPOINT_URL_…` */
export async function startSlowAws(env: Readonly<Record<string, string>>): Promise<SlowAws> {
  const calls: Call[] = [];
  const servers: Server[] = [];
  const ways = new Map<string, string>();

  for (const [name, target] of Object.entries(env)) {
    if (!name.startsWith('AWS_ENDPOINT_URL_') || ways.has(target)) continue;
    const server = createServer((asked, answer) => void pass(asked, answer, target)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    ways.set(target, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async function pass(asked: IncomingMessage, answer: ServerResponse, target: string): Promise<void> {
    const body = await buffer(asked);
    const isPoll = asked.headers['x-amz-target'] === LONG_POLL;
    const call: Call = { startedAt: Date.now(), endedAt: Infinity };
    if (!isPoll) calls.push(call);
    if (!isPoll && slow.delayMs > 0) await sleep(slow.delayMs);
    const onward = request(`${target}${asked.url ?? '/'}`, { method: asked.method, headers: asked.headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
      from.once('end', () => (call.endedAt = Date.now()));
    });
    onward.once('error', () => answer.destroy());
    answer.once('close', () => onward.destroy());
    onward.end(body);
  }

  const slow: SlowAws = {
    delayMs: 0,
    lead: (all) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.replaceAll(LOOPBACK, (address) => ways.get(address) ?? address)])),
    between: (from, to) => {
      const within = calls.filter(({ startedAt }) => startedAt >= from && startedAt < to).toSorted((a, b) => a.startedAt - b.startedAt);
      let inARow = 0;
      let roundEndsAt = -Infinity;
      for (const { startedAt, endedAt } of within) {
        if (startedAt < roundEndsAt - SAME_MS) continue;
        inARow += 1;
        roundEndsAt = endedAt;
      }
      return { calls: within.length, inARow };
    },
    close: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
  return slow;
}
