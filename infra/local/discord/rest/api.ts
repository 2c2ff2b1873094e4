/** `/api/v10`: Discord's REST API, put together from its resources. */
import type { MiddlewareHandler } from 'hono';
import { applicationRoutes } from './application.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { DiscordError, notFound, unauthorized } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestEnvironment, RestParts, Router } from './environment.ts';
import { whatIsWrong } from '../validation/body-tally.ts';
import type { Faults } from './faults.ts';
import { guildRoutes } from './guilds.ts';
import { interactionRoutes } from './interactions.ts';
import { messageRoutes } from './messages.ts';
import { rateLimits } from './rate-limit.ts';
import { reactionRoutes } from './reactions.ts';
import { webhookRoutes } from './webhooks.ts';

/** Where the token in the path is the credential, or none is wanted. */
const OPEN = /^\/api\/v10\/(webhooks\/|interactions\/|gateway$)/;

export interface ApiOptions {
  /** False: no request is ever refused with 429. */
  readonly limited: boolean;
  readonly faults: Faults;
}

export function buildApi(parts: RestParts, { limited, faults }: ApiOptions): Router {
  const api = newRouter();
  api.use('*', faults.middleware());
  if (limited) api.use('*', rateLimits());
  api.use('*', authenticate(parts));
  api.get('/gateway', (c) => c.json({ url: gatewayUrl(parts) }));
  api.get('/gateway/bot', (c) => c.json({ url: gatewayUrl(parts), shards: 1, session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 } }));
  const resources = [applicationRoutes, commandRoutes, interactionRoutes, webhookRoutes, messageRoutes, reactionRoutes, channelRoutes, guildRoutes];
  for (const resource of resources) api.route('/', resource(parts));
  // Not `notFound`: that of a mounted application is never asked.
  api.all('*', () => {
    throw notFound();
  });
  api.onError((error, c) => {
    if (error instanceof DiscordError) {
      const wrong = whatIsWrong(error);
      if (wrong !== undefined) parts.world.bodies.add(`${c.req.method} ${c.req.path.replace('/api/v10', '').replaceAll(/\/(\d+|[\w-]{60,})/g, '/…')}`, wrong);
      return c.json(error.toBody(), error.status);
    }
    parts.world.notice(`${c.req.method} ${c.req.path.replaceAll(/\/[\w-]{60,}/g, '/…')}: ${error.stack ?? error.message}`);
    return c.json({ message: '500: Internal Server Error', code: 0 }, 500);
  });
  return api;
}

function authenticate({ world }: RestParts): MiddlewareHandler<RestEnvironment> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const application = [...world.store.applications.values()].find(({ token }) => header === `Bot ${token}`);
    if (application !== undefined) c.set('application', application);
    else if (!OPEN.test(c.req.path)) throw unauthorized();
    await next();
  };
}

function gatewayUrl({ world }: RestParts): string {
  return `${world.origin().replace('http:', 'ws:')}/gateway`;
}
