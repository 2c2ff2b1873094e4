/** https://discord.com/developers/docs/interactions/application-commands, global and for a guild */
import type { Context } from 'hono';
import { asBody, commandsOf, keepCommand, removeCommand } from '../interactions/command-register.ts';
import { localized } from '../interactions/command-view.ts';
import type { CommandRecord } from '../store/records.ts';
import type { CommandBody } from '../validation/bodies.ts';
import { checkCommandList, checkCommandRules } from '../validation/command-rules.ts';
import { parseBody, readBody } from '../validation/read-body.ts';
import { invalidFormBody, missingAccess, unknownCommand } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestEnvironment, RestParts, Router } from './environment.ts';
import { knownGuild } from './guilds.ts';
import { commandCreate, commandEdit, commandListed } from '../validation/schemas.ts';

type C = Context<RestEnvironment>;

export function commandRoutes({ world }: RestParts): Router {
  const router = newRouter();

  /** The guild in the path, or null for global commands. */
  const scope = (c: C): string | null => {
    if (c.req.param('application') !== c.get('application').id) throw missingAccess();
    const guild = c.req.param('guild');
    return guild === undefined ? null : knownGuild(world, guild).id;
  };
  const find = (c: C): CommandRecord => {
    const guildId = scope(c);
    const found = commandsOf(world, guildId).find(({ command }) => command.id === c.req.param('command'));
    if (found === undefined) throw unknownCommand();
    return found;
  };

  for (const base of ['/applications/:application/commands', '/applications/:application/guilds/:guild/commands']) {
    router.get(base, (c: C) => c.json(commandsOf(world, scope(c)).map(({ command }) => localized(command, c.req.query('with_localizations') === 'true'))));

    router.get(`${base}/:command`, (c: C) => c.json(localized(find(c).command, true)));

    router.post(base, async (c: C) => {
      const guildId = scope(c);
      const body = parseBody(world, commandCreate, (await readBody(c.req.raw)).json, 'POST commands');
      checkCommandRules(body);
      const others = commandsOf(world, guildId).map(({ command }) => command).filter(({ name, type }) => name !== body.name || type !== (body.type ?? 1));
      checkCommandList([...others.map(({ name, type }) => ({ name, type })), body]);
      const { command, isNew } = keepCommand(world, guildId, body);
      world.events.emit({ type: 'commands:changed' });
      return c.json(command, isNew ? 201 : 200);
    });

    router.put(base, async (c: C) => {
      const guildId = scope(c);
      const { json } = await readBody(c.req.raw);
      if (!Array.isArray(json)) throw invalidFormBody([{ path: [], code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' }]);
      const bodies = json.map((item: unknown, index): CommandBody => {
        const body = parseBody(world, commandListed, item, 'PUT commands', [index]);
        checkCommandRules(body, [index]);
        return body;
      });
      checkCommandList(bodies);
      const wanted = new Set(bodies.map(({ name, type }) => `${type ?? 1} ${name}`));
      for (const record of commandsOf(world, guildId)) {
        if (!wanted.has(`${record.command.type} ${record.command.name}`)) removeCommand(world, record);
      }
      const kept = bodies.map((body) => keepCommand(world, guildId, body).command);
      world.events.emit({ type: 'commands:changed' });
      return c.json(kept);
    });

    router.patch(`${base}/:command`, async (c: C) => {
      const record = find(c);
      const changes = parseBody(world, commandEdit, (await readBody(c.req.raw)).json, 'PATCH commands');
      const body = { ...asBody(record.command), ...changes };
      checkCommandRules(body);
      checkCommandList([...commandsOf(world, record.guildId).filter((other) => other !== record).map(({ command }) => ({ name: command.name, type: command.type })), body]);
      const { command } = keepCommand(world, record.guildId, body, record);
      world.events.emit({ type: 'commands:changed' });
      return c.json(command);
    });

    router.delete(`${base}/:command`, (c: C) => {
      removeCommand(world, find(c));
      world.events.emit({ type: 'commands:changed' });
      return c.body(null, 204);
    });
  }

  return router;
}
