/** https://discord.com/developers/docs/resources/message */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { viewMessageForBot } from '../messages/bot-view.ts';
import { createMessage, deleteMessage, editMessage } from '../messages/compose-message.ts';
import type { ChannelRecord, MessageRecord } from '../store/records.ts';
import { compareSnowflakes, snowflakeTime } from '../store/snowflake.ts';
import type { MessageBody } from '../validation/bodies.ts';
import { checkMessageRules } from '../validation/message-rules.ts';
import { parseBody, readBody } from '../validation/read-body.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';
import { needPermissions, seenChannel, seenMessage } from './access.ts';
import { DiscordError, dmsClosed, invalidFormBody, missingPermissions, notYourMessage } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';
import { messageCreate, messageEdit } from '../validation/schemas.ts';

/** "Past few minutes", says Discord. */
const NONCE_LIFETIME_MS = 5 * 60 * 1000;

export function messageRoutes({ world, readsContent }: RestParts): Router {
  const router = newRouter();
  const view = (message: MessageRecord, botId: string): unknown => viewMessageForBot(world, message, botId, readsContent);

  router.post('/channels/:channel/messages', async (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    const { json, uploads } = await readBody(c.req.raw);
    const body = parseBody(world, messageCreate, json, 'POST channels/messages');
    checkMessageRules(body);
    needPermissions(permissions, P.SendMessages, ...(uploads.length > 0 ? [P.AttachFiles] : []));
    refuseClosedDirectChannel(world, channel, botUserId);
    const earlier = sameNonce(world, botUserId, body);
    if (earlier !== undefined) return c.json(view(earlier, botUserId));
    const message = await createMessage(world, { channel, authorId: botUserId, body: checkReply(world, channel, permissions, body), uploads });
    return c.json(view(message, botUserId));
  });

  router.get('/channels/:channel/messages', (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    if ((permissions & P.ReadMessageHistory) === 0n) return c.json([]);
    return c.json(pageOf(world, channel.id, c.req.query()).map((message) => view(message, botUserId)));
  });

  router.get('/channels/:channel/messages/:message', (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    needPermissions(permissions, P.ReadMessageHistory);
    return c.json(view(seenMessage(world, channel.id, c.req.param('message')), botUserId));
  });

  router.patch('/channels/:channel/messages/:message', async (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    const { json, uploads } = await readBody(c.req.raw);
    const body = parseBody(world, messageEdit, json, 'PATCH channels/messages');
    checkMessageRules(body);
    const message = seenMessage(world, channel.id, c.req.param('message'));
    if (message.authorId !== botUserId) throw notYourMessage();
    if (uploads.length > 0) needPermissions(permissions, P.AttachFiles);
    return c.json(view(await editMessage(world, message, channel, body, uploads), botUserId));
  });

  router.delete('/channels/:channel/messages/:message', async (c) => {
    const { botUserId } = c.get('application');
    const { channel, permissions } = seenChannel(world, c.req.param('channel'), botUserId);
    const message = seenMessage(world, channel.id, c.req.param('message'));
    if (message.authorId !== botUserId && (channel.kind === 'dm' || (permissions & P.ManageMessages) === 0n)) {
      throw channel.kind === 'dm' ? new DiscordError(403, 50003, 'Cannot execute action on a DM channel') : missingPermissions();
    }
    await deleteMessage(world, message);
    return c.body(null, 204);
  });

  return router;
}

/** Newest first, after `before`, `after` or `around`. Ephemeral messages are not part of a channel's history. */
function pageOf(world: World, channelId: string, query: Readonly<Record<string, string>>): readonly MessageRecord[] {
  const limit = Number(query['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidFormBody([{ path: ['limit'], code: limit < 1 ? 'NUMBER_TYPE_MIN' : 'NUMBER_TYPE_MAX', message: 'int value should be between 1 and 100.' }]);
  }
  const { before, after, around } = query;
  const all = [...world.store.messages.newestFirst(channelId)].filter(({ visibleTo }) => visibleTo === null);
  if (before !== undefined) return all.filter(({ id }) => compareSnowflakes(id, before) < 0).slice(0, limit);
  if (after !== undefined) return all.filter(({ id }) => compareSnowflakes(id, after) > 0).slice(-limit);
  if (around === undefined) return all.slice(0, limit);
  const at = all.findIndex(({ id }) => compareSnowflakes(id, around) <= 0);
  const start = Math.max(0, (at < 0 ? all.length : at) - Math.floor(limit / 2));
  return all.slice(start, start + limit);
}

function sameNonce(world: World, authorId: string, { nonce, enforce_nonce: enforced }: MessageBody): MessageRecord | undefined {
  if (enforced !== true || nonce === undefined || nonce === null) return undefined;
  const earlier = world.store.messages.byNonce(authorId, nonce);
  return earlier !== undefined && world.now() - snowflakeTime(earlier.id) < NONCE_LIFETIME_MS ? earlier : undefined;
}

function refuseClosedDirectChannel(world: World, channel: ChannelRecord, botUserId: string): void {
  if (channel.kind !== 'dm') return;
  const others = channel.userIds.filter((id) => id !== botUserId).map((id) => userOf(world, id));
  if (others.some((user) => user.bot || user.dmsClosed)) throw dmsClosed();
}

/** Drops a reference to nothing when the sender said that is fine. */
function checkReply(world: World, channel: ChannelRecord, permissions: bigint, body: MessageBody): MessageBody {
  const { message_reference: reference, ...rest } = body;
  if (reference === undefined || reference === null) return rest;
  if ((permissions & P.ReadMessageHistory) === 0n) throw new DiscordError(400, 160002, 'Cannot reply without permission to read message history');
  const target = world.store.messages.get(channel.id, reference.message_id);
  if (target !== undefined && target.visibleTo === null) return body;
  if (reference.fail_if_not_exists === false) return rest;
  throw invalidFormBody([{ path: ['message_reference'], code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' }]);
}
