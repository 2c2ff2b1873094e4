/** https://discord.com/developers/docs/resources/message#create-reaction */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { addReaction, clearReactions, parseEmoji, reactedBy, removeReaction } from '../messages/reactions.ts';
import { viewUser } from '../messages/user-view.ts';
import { compareSnowflakes } from '../store/snowflake.ts';
import { userOf } from '../world.ts';
import { checkSnowflake, needPermissions, seenChannel, seenMessage } from './access.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';

const ONE = '/channels/:channel/messages/:message/reactions/:emoji';

export function reactionRoutes({ world }: RestParts): Router {
  const router = newRouter();

  router.put(`${ONE}/@me`, (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    needPermissions(permissions, P.ReadMessageHistory);
    addReaction(world, seenMessage(world, channel.id, c.req.param('message')), botUserId, parseEmoji(c.req.param('emoji')), permissions);
    return c.body(null, 204);
  });

  router.delete(`${ONE}/:user`, (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    const userId = c.req.param('user') === '@me' ? botUserId : checkSnowflake('user_id', c.req.param('user'));
    if (userId !== botUserId) needPermissions(permissions, P.ManageMessages);
    removeReaction(world, seenMessage(world, channel.id, c.req.param('message')), userId, parseEmoji(c.req.param('emoji')));
    return c.body(null, 204);
  });

  router.get(ONE, (c) => {
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), c.get('application').botUserId);
    needPermissions(permissions, P.ReadMessageHistory);
    const { after = '0', limit = '25' } = c.req.query();
    const ids = reactedBy(seenMessage(world, channel.id, c.req.param('message')), parseEmoji(c.req.param('emoji')));
    const page = ids.filter((id) => compareSnowflakes(id, after) > 0).toSorted(compareSnowflakes).slice(0, Math.min(100, Number(limit)));
    return c.json(page.map((id) => viewUser(userOf(world, id))));
  });

  const clear = (channelId: string, messageId: string, botUserId: string, emoji: string | undefined): void => {
    const { channel, permissions } = seenChannel(world, channelId, botUserId);
    needPermissions(permissions, P.ManageMessages);
    clearReactions(world, seenMessage(world, channel.id, messageId), emoji === undefined ? null : parseEmoji(emoji));
  };
  router.delete(ONE, (c) => {
    clear(c.req.param('channel'), c.req.param('message'), c.get('application').botUserId, c.req.param('emoji'));
    return c.body(null, 204);
  });
  router.delete('/channels/:channel/messages/:message/reactions', (c) => {
    clear(c.req.param('channel'), c.req.param('message'), c.get('application').botUserId, undefined);
    return c.body(null, 204);
  });

  return router;
}
