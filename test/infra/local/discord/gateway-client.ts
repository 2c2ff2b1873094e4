/** A gateway client without a library: sends what it is told to, keeps what it hears. */
import { inflateSync } from 'node:zlib';
import { GatewayIntentBits as G } from 'discord-api-types/v10';
import { WebSocket } from 'ws';
import type { LocalDiscord } from '../../../../infra/local/discord/local-discord.ts';
import { trusted } from './started.ts';

export interface Heard {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: unknown;
}

export interface GatewayClient {
  readonly heard: readonly Heard[];
  /** The close code. */
  readonly closed: Promise<number>;
  send(op: number, d: unknown): void;
  /** The next payload of this event, or of this opcode, that was not taken before. */
  next(what: string | number): Promise<Heard>;
  /** @param code 1000 says goodbye; with any other the session can be resumed */
  close(code?: number): void;
}

export const INTENTS = G.Guilds | G.GuildMessages | G.GuildMessageReactions | G.DirectMessages;

/** Connects, and identifies unless told not to. */
export async function gatewayClient(discord: LocalDiscord, options: { readonly intents?: number; readonly identify?: boolean; readonly query?: string } = {}): Promise<GatewayClient> {
  const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/gateway?${options.query ?? 'v=10&encoding=json'}`);
  const heard: Heard[] = [];
  const taken = new Set<Heard>();
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    heard.push(trusted<Heard>(JSON.parse((isBinary ? inflateSync(data) : data).toString())));
    for (const look of waiting) look();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const client: GatewayClient = {
    heard,
    closed,
    send: (op, d) => socket.send(JSON.stringify({ op, d })),
    next: (what) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find((payload) => !taken.has(payload) && (typeof what === 'number' ? payload.op === what : payload.t === what));
          if (found === undefined) return;
          taken.add(found);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: (code = 1000) => socket.close(code),
  };
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  if (options.identify === false) return client;
  client.send(2, { token: discord.token, intents: options.intents ?? INTENTS, properties: {} });
  await client.next('READY');
  return client;
}
