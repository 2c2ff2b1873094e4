/** https://discord.com/developers/docs/resources/guild */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { viewMember } from '../messages/member-view.ts';
import { channelPermissions, guildPermissions, may } from '../permissions.ts';
import type { GuildRecord } from '../store/records.ts';
import { compareSnowflakes } from '../store/snowflake.ts';
import type { World } from '../world.ts';
import { checkSnowflake } from './access.ts';
import { viewChannel, viewGuild, viewRole } from './channel-view.ts';
import { unknownGuild, unknownMember } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';

export function guildRoutes({ world }: RestParts): Router {
  const router = newRouter();

  router.get('/users/@me/guilds', (c) => {
    const permissions = String(guildPermissions(world, c.get('application').botUserId));
    return c.json([...world.store.guilds.values()].map((guild) => ({ ...viewGuild(world, guild), permissions })));
  });

  router.get('/guilds/:guild', (c) => c.json(viewGuild(world, knownGuild(world, c.req.param('guild')))));

  router.get('/guilds/:guild/roles', (c) => {
    knownGuild(world, c.req.param('guild'));
    return c.json([...world.store.roles.values()].map(viewRole));
  });

  router.get('/guilds/:guild/channels', (c) => {
    knownGuild(world, c.req.param('guild'));
    const { botUserId } = c.get('application');
    const seen = [...world.store.channels.values()].filter((channel) => channel.kind === 'text' && may(channelPermissions(world, botUserId, channel), P.ViewChannel));
    return c.json(seen.map((channel) => viewChannel(world, channel, botUserId)));
  });

  router.get('/guilds/:guild/members', (c) => {
    knownGuild(world, c.req.param('guild'));
    const { after = '0', limit = '1' } = c.req.query();
    const members = [...world.store.members.values()].filter(({ userId }) => compareSnowflakes(userId, after) > 0).toSorted((a, b) => compareSnowflakes(a.userId, b.userId));
    return c.json(members.slice(0, Math.min(1000, Number(limit))).map((member) => viewMember(world, member)));
  });

  router.get('/guilds/:guild/members/:user', (c) => {
    knownGuild(world, c.req.param('guild'));
    const userId = c.req.param('user') === '@me' ? c.get('application').botUserId : checkSnowflake('user_id', c.req.param('user'));
    const member = world.store.members.get(userId);
    if (member === undefined) throw unknownMember();
    return c.json(viewMember(world, member));
  });

  return router;
}

/** @throws {DiscordError} 10004 */
export function knownGuild(world: World, guildId: string): GuildRecord {
  const guild = world.store.guilds.get(checkSnowflake('guild_id', guildId));
  if (guild === undefined) throw unknownGuild();
  return guild;
}
