/**
 * A Discord on this machine: REST v10 and gateway v10 for one bot, a guild with a few people, and their web page.
 * discord.js logs in unmodified: `new Client({ rest: { api: local.apiBase }, intents })`.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { GatewayIntentBits } from 'discord-api-types/v10';
import { WebSocketServer } from 'ws';
import { Events } from './events.ts';
import { Gateway } from './gateway/gateway.ts';
import { deliverInteraction } from './interactions/deliver.ts';
import { InteractionDesk } from './interactions/desk.ts';
import { forgetInteractions } from './interactions/forget.ts';
import { isOurs } from './local-user/guard.ts';
import { LocalSockets } from './local-user/sockets.ts';
import type { BuiltPage } from './page/build.ts';
import { buildApi } from './rest/api.ts';
import { Faults } from './rest/faults.ts';
import { AttachmentFiles } from './store/attachment-files.ts';
import { seed } from './store/seed.ts';
import { SnowflakeSource } from './store/snowflake.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import { type BodyTally, openBodyTally } from './validation/body-tally.ts';
import { buildWeb } from './web.ts';
import { theApplication } from './world.ts';
import type { World } from './world.ts';

export interface LocalDiscordOptions {
  /** 0: any free port. */
  readonly port: number;
  /** A folder of its own; made if need be. */
  readonly dataDir: string;
  /** Epoch milliseconds: for ids, tokens and nonces. Rate limits and the three seconds run on real time. */
  readonly now?: () => number;
  /** False: nothing is refused with 429. Default true. */
  readonly rateLimits?: boolean;
  /** How long an interaction waits for its first answer. Default 3,000, as in Discord. */
  readonly answerWithinMs?: number;
  /** Privileged intents that the application was granted. Default none, as in Discord. */
  readonly privilegedIntents?: number;
  /** Is told, once each, what a developer should know: fields that Discord ignores, faults of ours. Default: stderr. */
  readonly notice?: (text: string) => void;
  /** Members of a fresh guild besides Ada, Max and Nora: Member 1, Member 2, … Default none. */
  readonly crowd?: number;
  /** Whoever speaks to this one sends bodies that Discord refuses, to see them refused: they are counted apart. Default false. */
  readonly wrongOnPurpose?: boolean;
}

export interface LocalDiscord {
  /** Where the page is, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** For `rest: { api }`, without the version. */
  readonly apiBase: string;
  readonly token: string;
  readonly applicationId: string;
  /** Ed25519, hex: verifies signed interactions. */
  readonly publicKey: string;
  /** Makes the REST API break on request. */
  readonly faults: Faults;
  /** What was sent so far, held against Discord's schemas. */
  readonly bodies: BodyTally;
  /** Cuts all gateway connections, as networks do; sessions can be resumed. */
  dropGateway(): void;
  /** An outage of Discord as bots see it: the API answers 503, the gateway's connections are cut and none is let in. People's clients go on. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

const LAST_ANSWERS_MS = 50;

export async function startLocalDiscord(options: LocalDiscordOptions): Promise<LocalDiscord> {
  const { now = Date.now, privilegedIntents = 0 } = options;
  const store = openStore(options.dataDir);
  const ids = new SnowflakeSource(now);
  for (const id of store.ids) ids.passed(id);
  seed(store, ids, now, options.crowd);
  forgetInteractions(store, now());

  let origin = '';
  const world: World = {
    store,
    ids,
    now,
    files: new AttachmentFiles(join(options.dataDir, 'attachments')),
    events: new Events(),
    origin: () => origin,
    online: new Set(),
    bodies: openBodyTally(options.wrongOnPurpose ?? false),
    notice: onceEach(options.notice ?? ((text) => console.error(`local Discord: ${text}`))),
  };
  const gateway = new Gateway(world, privilegedIntents);
  const desk: InteractionDesk = new InteractionDesk(world, (interaction) => deliverInteraction(world, gateway, desk, interaction), options.answerWithinMs);
  const sockets = new LocalSockets(world);
  const faults = new Faults();
  const readsContent = (privilegedIntents & GatewayIntentBits.MessageContent) !== 0;
  const api = buildApi({ world, desk, readsContent }, { limited: options.rateLimits ?? true, faults });
  const web = buildWeb(world, desk, api, remembered(bundledPage));

  const server = serve({ fetch: web.fetch, port: options.port, hostname: '127.0.0.1' }) as Server;
  // Longer than a loaded machine stalls: a client that reuses a connection in the moment of its closing sees its request fail.
  server.keepAliveTimeout = 60_000;
  await listening(server, options.port, store);
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const webSockets = acceptSockets(server, gateway, sockets, faults);

  const { id: applicationId, token, publicKey } = theApplication(world);
  return {
    url: origin,
    apiBase: `${origin}/api`,
    token,
    applicationId,
    publicKey,
    faults,
    bodies: world.bodies,
    dropGateway: () => gateway.drop(),
    setDown: (isDown) => {
      faults.isDown = isDown;
      if (isDown) gateway.drop();
    },
    close: async () => {
      gateway.close();
      sockets.close();
      desk.close();
      for (const client of webSockets.clients) client.terminate();
      webSockets.close();
      const closed = once(server, 'close');
      server.close();
      // What is being answered may leave; nobody is waited for any longer.
      setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
      await closed;
      store.close();
    },
  };
}

/** @throws {Error} saying what to do when the port is taken */
async function listening(server: Server, port: number, store: Store): Promise<void> {
  try {
    await once(server, 'listening');
  } catch (error) {
    store.close();
    throw new Error(`The local Discord cannot listen on 127.0.0.1:${port}: is another one running? Choose another port.`, { cause: error });
  }
}

function acceptSockets(server: Server, gateway: Gateway, sockets: LocalSockets, faults: Faults): WebSocketServer {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const isGateway = pathname.replace(/\/$/, '') === '/gateway';
    const { host, origin } = request.headers;
    if (!(isGateway || pathname === '/local/socket') || !isOurs({ host, origin, site: undefined })) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    if (isGateway && faults.isDown) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (client) => {
      if (isGateway) gateway.accept(client, searchParams);
      else sockets.accept(client, searchParams.get('user') ?? undefined);
    });
  });
  return webSockets;
}

/** The page is bundled when it is first asked for: a bot's tests never ask, and need not load a bundler. */
async function bundledPage(): Promise<BuiltPage> {
  const { buildPage } = await import('./page/build.ts');
  return buildPage();
}

function remembered(build: () => Promise<BuiltPage>): () => Promise<BuiltPage> {
  let page: Promise<BuiltPage> | undefined;
  return () => {
    page ??= build().catch((error: unknown) => {
      // Whoever mends the page's sources reloads, and need not start again.
      page = undefined;
      throw error;
    });
    return page;
  };
}

function onceEach(notice: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (said.has(text)) return;
    said.add(text);
    notice(text);
  };
}
