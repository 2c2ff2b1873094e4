/** `/local/channels`, as far as administrators change them. See `page-protocol.ts`. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { deleteMessage } from '../messages/compose-message.ts';
import { guildPermissions, may } from '../permissions.ts';
import type { GuildChannelRecord } from '../store/records.ts';
import type { World } from '../world.ts';
import { readDenied, readNewChannel } from './client-body.ts';
import { LocalRefusal } from './local-refusal.ts';
import { viewLocalChannel } from './state-view.ts';
import { whoAsks } from './who-asks.ts';

export function channelRoutes(world: World): Hono {
  const router = new Hono();

  router.post('/channels', async (c) => {
    const adminId = administrator(world, c);
    const { name } = (await readNewChannel(c.req.raw)).body;
    const id = world.ids.next();
    const channel: GuildChannelRecord = { kind: 'text', id, name, topic: null, position: world.store.channels.size, overwrites: [] };
    world.store.channels.put(id, channel);
    world.events.emit({ type: 'channel:created', channelId: id });
    return c.json(viewLocalChannel(world, channel, adminId));
  });

  router.delete('/channels/:channel', async (c) => {
    administrator(world, c);
    const { id } = guildChannel(world, c.req.param('channel'));
    world.events.emit({ type: 'channel:deleted', channelId: id });
    const messages = [...world.store.messages.newestFirst(id)];
    world.store.channels.delete(id);
    await Promise.all(messages.map((message) => deleteMessage(world, message)));
    return c.body(null, 204);
  });

  router.put('/channels/:channel/denied', async (c) => {
    administrator(world, c);
    const channel = guildChannel(world, c.req.param('channel'));
    const { who, permissions: deny } = (await readDenied(c.req.raw)).body;
    const kind = world.store.roles.get(who) === undefined ? 'member' : 'role';
    const others = channel.overwrites.filter(({ id }) => id !== who);
    const allow = channel.overwrites.find(({ id }) => id === who)?.allow ?? '0';
    world.store.channels.put(channel.id, { ...channel, overwrites: [...others, { id: who, kind, allow, deny }] });
    world.events.emit({ type: 'channel:updated', channelId: channel.id });
    return c.body(null, 204);
  });

  return router;
}

/** @throws {LocalRefusal} */
function administrator(world: World, c: Context): string {
  const { id } = whoAsks(world, c.req.query('user'));
  if (!may(guildPermissions(world, id), P.Administrator)) throw new LocalRefusal('not-allowed', 'Only administrators change channels.');
  return id;
}

/** @throws {LocalRefusal} */
function guildChannel(world: World, channelId: string): GuildChannelRecord {
  const channel = world.store.channels.get(channelId);
  if (channel?.kind !== 'text') throw new LocalRefusal('unknown-channel', 'There is no such channel.');
  return channel;
}
