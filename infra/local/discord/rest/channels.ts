/** https://discord.com/developers/docs/resources/channel and direct messages, https://discord.com/developers/docs/resources/user#create-dm */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { openDirectChannel } from '../messages/direct-channel.ts';
import { viewUser } from '../messages/user-view.ts';
import { parseBody, readBody } from '../validation/read-body.ts';
import { userOf } from '../world.ts';
import { checkSnowflake, needPermissions, seenChannel } from './access.ts';
import { viewChannel } from './channel-view.ts';
import { DiscordError, dmsClosed, unknownUser } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';
import { directChannel } from '../validation/schemas.ts';

export function channelRoutes({ world }: RestParts): Router {
  const router = newRouter();

  router.get('/channels/:channel', (c) => {
    const { botUserId } = c.get('application');
    return c.json(viewChannel(world, seenChannel(world, c.req.param('channel'), botUserId).channel, botUserId));
  });

  router.post('/channels/:channel/typing', (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    needPermissions(permissions, P.SendMessages);
    world.events.emit({ type: 'typing:started', channelId: channel.id, userId: botUserId });
    return c.body(null, 204);
  });

  router.get('/users/@me', (c) => {
    const user = viewUser(userOf(world, c.get('application').botUserId));
    return c.json({ ...user, mfa_enabled: false, verified: true, email: null, locale: 'en-US', flags: 0, bio: '' });
  });

  router.get('/users/:user', (c) => {
    const user = world.store.users.get(checkSnowflake('user_id', c.req.param('user')));
    if (user === undefined) throw unknownUser();
    return c.json(viewUser(user));
  });

  // Opening the channel works even with one who takes no direct messages: it is the sending that Discord refuses.
  router.post('/users/@me/channels', async (c) => {
    const { botUserId } = c.get('application');
    const { json } = await readBody(c.req.raw);
    const { recipient_id: recipientId } = parseBody(world, directChannel, json, 'POST users/@me/channels');
    if (typeof recipientId !== 'string') throw new DiscordError(400, 50033, 'Invalid Recipient(s)');
    const recipient = world.store.users.get(recipientId);
    if (recipient === undefined) throw unknownUser();
    if (recipient.bot) throw dmsClosed();
    return c.json(viewChannel(world, openDirectChannel(world, botUserId, recipientId), botUserId));
  });

  return router;
}
