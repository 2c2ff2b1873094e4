/** `/local`: what people's clients ask for. See `page-protocol.ts`. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { InteractionDesk, Outcome } from '../interactions/desk.ts';
import { createMessage, deleteMessage } from '../messages/compose-message.ts';
import { openDirectChannel } from '../messages/direct-channel.ts';
import { viewMessage } from '../messages/message-view.ts';
import { addReaction, parseEmoji, reactedBy, removeReaction } from '../messages/reactions.ts';
import { channelPermissions, may } from '../permissions.ts';
import { DiscordError } from '../rest/discord-error.ts';
import type { ChannelRecord, MessageRecord, UserRecord } from '../store/records.ts';
import { compareSnowflakes } from '../store/snowflake.ts';
import { checkMessageRules } from '../validation/message-rules.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';
import { readDirectMessage, readInteraction, readMessage, readSettings } from './client-body.ts';
import { channelRoutes } from './channel-routes.ts';
import { invokeCommand } from './invoke-command.ts';
import { LocalRefusal } from './local-refusal.ts';
import type { LocalErrorCode } from './local-refusal.ts';
import { pressComponent } from './press-component.ts';
import { viewLocalChannel, viewLocalUser, viewState } from './state-view.ts';
import { submitModal } from './submit-modal.ts';
import { whoAsks } from './who-asks.ts';

const MESSAGE = '/channels/:channel/messages/:message';

export function localRoutes(world: World, desk: InteractionDesk): Hono {
  const router = new Hono();
  const me = (c: Context): UserRecord => whoAsks(world, c.req.query('user'));
  router.route('/', channelRoutes(world));

  router.get('/state', (c) => c.json(viewState(world, me(c).id)));

  router.get('/channels/:channel/messages', (c) => {
    const { id: userId } = me(c);
    const channel = seenBy(world, userId, c.req.param('channel'));
    const { before, limit = '50' } = c.req.query();
    const seen = [...world.store.messages.newestFirst(channel.id)].filter(({ id, visibleTo }) => (visibleTo === null || visibleTo === userId) && (before === undefined || compareSnowflakes(id, before) < 0));
    return c.json(seen.slice(0, Math.min(100, Number(limit))).map((message) => viewMessage(world, message, userId)));
  });

  router.post('/channels/:channel/messages', async (c) => {
    const { id: authorId } = me(c);
    const channel = seenBy(world, authorId, c.req.param('channel'));
    if (!may(channelPermissions(world, authorId, channel), P.SendMessages)) throw new LocalRefusal('not-allowed', 'You may not write here.');
    const { body, uploads } = await readMessage(c.req.raw);
    checkMessageRules({ content: body.content });
    const reference = body.replyTo === undefined ? {} : { message_reference: { message_id: seenMessage(world, authorId, channel, body.replyTo).id } };
    const message = await createMessage(world, { channel, authorId, body: { content: body.content, ...reference }, uploads });
    return c.json(viewMessage(world, message, authorId));
  });

  router.delete(MESSAGE, async (c) => {
    const { id: userId } = me(c);
    const channel = seenBy(world, userId, c.req.param('channel'));
    const message = seenMessage(world, userId, channel, c.req.param('message'));
    const mayDelete = message.authorId === userId || message.visibleTo === userId || may(channelPermissions(world, userId, channel), P.ManageMessages);
    if (!mayDelete) throw new LocalRefusal('not-allowed', 'You may not delete this message.');
    await deleteMessage(world, message);
    return c.body(null, 204);
  });

  router.put(`${MESSAGE}/reactions/:emoji`, (c) => {
    const { id: userId } = me(c);
    const channel = seenBy(world, userId, c.req.param('channel'));
    const message = seenMessage(world, userId, channel, c.req.param('message'));
    if (message.visibleTo !== null) throw new LocalRefusal('not-allowed', 'Messages only you can see take no reactions.');
    addReaction(world, message, userId, parseEmoji(c.req.param('emoji')), channelPermissions(world, userId, channel));
    return c.body(null, 204);
  });

  router.delete(`${MESSAGE}/reactions/:emoji`, (c) => {
    const { id: userId } = me(c);
    const channel = seenBy(world, userId, c.req.param('channel'));
    removeReaction(world, seenMessage(world, userId, channel, c.req.param('message')), userId, parseEmoji(c.req.param('emoji')));
    return c.body(null, 204);
  });

  router.get(`${MESSAGE}/reactions/:emoji`, (c) => {
    const { id: userId } = me(c);
    const channel = seenBy(world, userId, c.req.param('channel'));
    const ids = reactedBy(seenMessage(world, userId, channel, c.req.param('message')), parseEmoji(c.req.param('emoji')));
    return c.json(ids.map((id) => viewLocalUser(world, userOf(world, id))));
  });

  router.post('/interactions', async (c) => {
    const { id: userId } = me(c);
    const { body, uploads } = await readInteraction(c.req.raw);
    const interact = async (): Promise<Outcome> => {
      if (body.kind === 'modal') return submitModal(world, desk, userId, body);
      const channel = seenBy(world, userId, body.channelId);
      return body.kind === 'component' ? pressComponent(world, desk, userId, channel, body) : invokeCommand(world, desk, userId, channel, body, uploads);
    };
    return c.json(await interact());
  });

  router.post('/dms', async (c) => {
    const { id: userId } = me(c);
    const { body } = await readDirectMessage(c.req.raw);
    const other = world.store.users.get(body.with);
    if (other === undefined) throw new LocalRefusal('unknown-user', 'There is no such person.', 'with');
    if (other.id === userId) throw new LocalRefusal('not-allowed', 'You cannot write to yourself.');
    return c.json(viewLocalChannel(world, openDirectChannel(world, userId, other.id), userId));
  });

  router.patch('/me', async (c) => {
    const user = me(c);
    const { body } = await readSettings(c.req.raw);
    const changed = { ...user, ...(body.dmsClosed !== undefined && { dmsClosed: body.dmsClosed }) };
    world.store.users.put(user.id, changed);
    world.events.emit({ type: 'user:changed', userId: user.id });
    return c.json(viewLocalUser(world, changed));
  });

  router.onError((error, c) => {
    const refusal = error instanceof DiscordError ? translated(error) : error;
    if (refusal instanceof LocalRefusal) return c.json(refusal.toBody(), refusal.status);
    world.notice(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json({ error: { code: 'malformed', message: 'Something went wrong here; the terminal says what.' } }, 500);
  });
  return router;
}

function seenBy(world: World, userId: string, channelId: string): ChannelRecord {
  const channel = world.store.channels.get(channelId);
  if (channel === undefined || !may(channelPermissions(world, userId, channel), P.ViewChannel)) throw new LocalRefusal('unknown-channel', 'There is no such channel.');
  return channel;
}

function seenMessage(world: World, userId: string, channel: ChannelRecord, messageId: string): MessageRecord {
  const message = world.store.messages.get(channel.id, messageId);
  if (message === undefined || (message.visibleTo !== null && message.visibleTo !== userId)) throw new LocalRefusal('unknown-message', 'That message is gone.');
  return message;
}

/** Rules that hold for bots and people alike are worded for bots. */
function translated(error: DiscordError): LocalRefusal {
  const codes: ReadonlyMap<number, LocalErrorCode> = new Map([[40005, 'too-large'], [50001, 'not-allowed'], [50013, 'not-allowed'], [30010, 'not-allowed'], [10008, 'unknown-message']]);
  const [field] = error.fields;
  return new LocalRefusal(codes.get(error.code) ?? 'malformed', field === undefined ? error.message : field.message, field?.path.join('.'));
}
