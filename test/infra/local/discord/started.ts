/** A local Discord for one test file, and short ways to speak to it as the bot and as its people. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIMessage } from 'discord-api-types/v10';
import * as v from 'valibot';
import { startLocalDiscord } from '../../../../infra/local/discord/local-discord.ts';
import type { LocalDiscord, LocalDiscordOptions } from '../../../../infra/local/discord/local-discord.ts';
import type { InteractionOutcome, LocalChannel, LocalEvent, LocalInteraction, LocalState, LocalUser } from '../../../../infra/local/discord/page-protocol.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or undefined without a body. */
  readonly body: unknown;
}

export interface Started {
  readonly discord: LocalDiscord;
  readonly notices: readonly string[];
  readonly dataDir: string;
  readonly ada: LocalUser;
  readonly max: LocalUser;
  readonly nora: LocalUser;
  channel(name: string): LocalChannel;
  /** Calls the REST API as the bot. */
  rest(method: string, path: string, body?: unknown, files?: readonly File[]): Promise<Answer>;
  /** Calls `/local` as a person. */
  local(user: LocalUser, method: string, path: string, body?: unknown, files?: readonly File[]): Promise<Answer>;
  interact(user: LocalUser, interaction: LocalInteraction): Promise<InteractionOutcome>;
  state(user: LocalUser): Promise<LocalState>;
  messages(user: LocalUser, channel: LocalChannel): Promise<readonly APIMessage[]>;
  stop(): Promise<void>;
}

export async function started(options: Partial<LocalDiscordOptions> = {}): Promise<Started> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'local-discord-')));
  const notices: string[] = [];
  const discord = await startLocalDiscord({ port: 0, dataDir, rateLimits: false, notice: (text) => notices.push(text), ...options });
  const call = async (url: string, method: string, headers: Record<string, string>, body: unknown, files: readonly File[] | undefined): Promise<Answer> => {
    const init: RequestInit = { method, headers };
    if (files !== undefined) {
      const form = new FormData();
      form.set('payload_json', JSON.stringify(body));
      for (const [n, file] of files.entries()) form.set(`files[${n}]`, file);
      init.body = form;
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...headers, 'content-type': 'application/json' };
    }
    const response = await fetch(url, init);
    const text = await response.text();
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  };
  const local = (userId: string, method: string, path: string, body?: unknown, files?: readonly File[]): Promise<Answer> =>
    call(`${discord.url}/local${path}?user=${userId}`, method, {}, body, files);
  const rest = (method: string, path: string, body?: unknown, files?: readonly File[]): Promise<Answer> =>
    call(`${discord.apiBase}/v10${path}`, method, { authorization: `Bot ${discord.token}` }, body, files);

  const { users, channels } = trusted<LocalState>((await call(`${discord.url}/local/state`, 'GET', {}, undefined, undefined)).body);
  const named = (name: string): LocalUser => existing(users.find(({ displayName }) => displayName === name));
  return {
    discord,
    notices,
    dataDir,
    ada: named('Ada'),
    max: named('Max'),
    nora: named('Nora'),
    channel: (name) => existing(channels.find((channel) => channel.name === name)),
    rest,
    local: (user, method, path, body, files) => local(user.id, method, path, body, files),
    interact: async (user, interaction) => trusted<InteractionOutcome>((await local(user.id, 'POST', '/interactions', interaction)).body),
    state: async (user) => trusted<LocalState>((await local(user.id, 'GET', '/state')).body),
    messages: async (user, channel) => trusted<APIMessage[]>((await local(user.id, 'GET', `/channels/${channel.id}/messages`)).body),
    stop: async () => {
      await discord.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The answers of our own server, whose shape the tests themselves check. */
export function trusted<T>(body: unknown): T {
  return body as T;
}

export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test expected this to exist');
  return value;
}

const error = v.object({ code: v.number(), message: v.string(), errors: v.optional(v.unknown()) });

/** `[status, code]` of a refusal. */
export function refusal({ status, body }: Answer): readonly [status: number, code: number] {
  return [status, v.parse(error, body).code];
}

export interface Listening {
  readonly events: readonly LocalEvent[];
  /** The first event, past or to come, that fits. */
  until(fits: (event: LocalEvent) => boolean): Promise<LocalEvent>;
  close(): void;
}

/** Opens a person's live socket. */
export async function listening(discord: LocalDiscord, user: LocalUser): Promise<Listening> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/local/socket?user=${user.id}`);
  const events: LocalEvent[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    events.push(trusted<LocalEvent>(JSON.parse(data.toString())));
    for (const look of waiting) look();
  });
  const until = (fits: (event: LocalEvent) => boolean): Promise<LocalEvent> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  await until(({ type }) => type === 'ready');
  return { events, until, close: () => socket.terminate() };
}
