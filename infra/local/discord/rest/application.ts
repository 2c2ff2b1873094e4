/** https://discord.com/developers/docs/resources/application */
import { ApplicationFlags } from 'discord-api-types/v10';
import { passesProbe } from '../interactions/deliver-http.ts';
import { ANSWER_WITHIN_MS } from '../interactions/desk.ts';
import { viewUser } from '../messages/user-view.ts';
import type { ApplicationRecord } from '../store/records.ts';
import { parseBody, readBody } from '../validation/read-body.ts';
import { theGuild, userOf } from '../world.ts';
import { invalidFormBody } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';
import { applicationEdit } from '../validation/schemas.ts';

export function applicationRoutes({ world, readsContent }: RestParts): Router {
  const router = newRouter();

  const view = (application: ApplicationRecord): Readonly<Record<string, unknown>> => ({
    id: application.id,
    name: application.name,
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: application.publicKey,
    flags: readsContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
    bot: viewUser(userOf(world, application.botUserId)),
    owner: viewUser(userOf(world, theGuild(world).ownerId)),
    team: null,
    hook: true,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    interactions_endpoint_url: application.interactionsUrl,
    redirect_uris: [],
    role_connections_verification_url: null,
    integration_types_config: { 0: {} },
  });

  for (const path of ['/applications/@me', '/oauth2/applications/@me']) router.get(path, (c) => c.json(view(c.get('application'))));

  router.patch('/applications/@me', async (c) => {
    const application = c.get('application');
    const { interactions_endpoint_url: url } = parseBody(world, applicationEdit, (await readBody(c.req.raw)).json, 'PATCH applications/@me');
    if (url === undefined) return c.json(view(application));
    const wanted = url === null || url === '' ? null : url;
    if (wanted !== null && !(await passesProbe(application, wanted, world.now(), ANSWER_WITHIN_MS))) {
      throw invalidFormBody([
        { path: ['interactions_endpoint_url'], code: 'APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID', message: 'The specified interactions endpoint URL could not be verified.' },
      ]);
    }
    const changed = { ...application, interactionsUrl: wanted };
    world.store.applications.put(application.id, changed);
    return c.json(view(changed));
  });

  return router;
}
