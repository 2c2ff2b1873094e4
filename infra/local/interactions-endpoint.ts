import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { REST } from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';

/** How long Discord is asked again while the endpoint does not answer its probe yet. */
const PATIENCE_MS = 30_000;
const AGAIN_AFTER_MS = 250;

export interface Application {
  readonly apiBase: string;
  readonly token: string;
}

/**
 * Has interactions delivered to a URL by signed HTTP requests, or by the gateway again (`null`).
 * Discord probes the URL first, with a right and a wrong signature, and refuses one that does not tell them apart.
 */
export async function setInteractionsEndpoint({ apiBase, token }: Application, url: string | null): Promise<void> {
  const rest = new REST({ version: '10', api: apiBase }).setToken(token);
  for (const startedAt = Date.now(); ; ) {
    try {
      await rest.patch(Routes.currentApplication(), { body: { interactions_endpoint_url: url } });
      return;
    } catch (error) {
      if (Date.now() - startedAt > PATIENCE_MS) throw error;
      await sleep(AGAIN_AFTER_MS);
    }
  }
}

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free on 127.0.0.1');
  return address.port;
}
