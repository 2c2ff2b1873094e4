/** The guild that a fresh data folder starts with: its people, roles, channels and the bot's application. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { OverwriteRecord } from './records.ts';
import type { SnowflakeSource } from './snowflake.ts';
import type { Store } from './store.ts';

const EVERYONE =
  P.ViewChannel | P.SendMessages | P.EmbedLinks | P.AttachFiles | P.AddReactions | P.ReadMessageHistory |
  P.UseApplicationCommands | P.UseExternalEmojis | P.ChangeNickname | P.CreateInstantInvite;
const BOT = P.ViewChannel | P.SendMessages | P.EmbedLinks | P.AttachFiles | P.AddReactions | P.ReadMessageHistory;

/** Fills an empty store; leaves any other alone. `crowd`: members besides the three with names. */
export function seed(store: Store, ids: SnowflakeSource, now: () => number, crowd = 0): void {
  if (store.applications.size > 0) return;
  const guildId = ids.next();
  const adminRoleId = ids.next();
  const applicationId = ids.next();
  const botRoleId = ids.next();
  const ada = ids.next();

  store.guilds.put(guildId, { id: guildId, name: 'Refinery', ownerId: ada });
  const role = { color: 0, mentionable: false, botId: null };
  store.roles.put(guildId, { ...role, id: guildId, name: '@everyone', position: 0, permissions: `${EVERYONE}` });
  store.roles.put(botRoleId, { ...role, id: botRoleId, name: 'Refinery', position: 1, permissions: `${BOT}`, color: 0xe8833a, botId: applicationId });
  store.roles.put(adminRoleId, { ...role, id: adminRoleId, name: 'Admin', position: 2, permissions: `${P.Administrator}`, color: 0xd6528c });

  const person = (id: string, displayName: string, roleIds: readonly string[], dmsClosed = false): void => {
    store.users.put(id, { id, username: displayName.toLowerCase(), displayName, bot: false, dmsClosed });
    store.members.put(id, { userId: id, roleIds, joinedAt: now() });
  };
  person(ada, 'Ada', [adminRoleId]);
  person(ids.next(), 'Max', []);
  person(ids.next(), 'Nora', [], true);
  for (let n = 1; n <= crowd; n += 1) person(ids.next(), `Member ${n}`, []);

  // A bot's user has its application's id, as with every Discord application since 2016.
  store.users.put(applicationId, { id: applicationId, username: 'refinery', displayName: 'Refinery', bot: true, dmsClosed: false });
  store.members.put(applicationId, { userId: applicationId, roleIds: [botRoleId], joinedAt: now() });
  const keys = generateKeyPairSync('ed25519');
  store.applications.put(applicationId, {
    id: applicationId,
    name: 'Refinery',
    botUserId: applicationId,
    token: botToken(applicationId, now()),
    publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    privateKey: keys.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    interactionsUrl: null,
  });

  const forEveryone = (deny: bigint): OverwriteRecord => ({ id: guildId, kind: 'role', allow: '0', deny: `${deny}` });
  const channels: readonly (readonly [name: string, topic: string, overwrites: readonly OverwriteRecord[]])[] = [
    ['imagine', 'Type /imagine and say what you would like to see.', []],
    ['general', 'Anything else.', []],
    // Everybody reads, only admins write: the bot gets 50013 here …
    ['announcements', 'Read only, for the bot too.', [forEveryone(P.SendMessages | P.AddReactions), { id: botRoleId, kind: 'role', allow: '0', deny: `${P.SendMessages}` }]],
    // … and 50001 here, which it cannot even see.
    ['admins', 'For admins alone.', [forEveryone(P.ViewChannel), { id: botRoleId, kind: 'role', allow: '0', deny: `${P.ViewChannel}` }]],
  ];
  for (const [position, [name, topic, overwrites]] of channels.entries()) {
    const id = ids.next();
    store.channels.put(id, { kind: 'text', id, name, topic, position, overwrites });
  }
}

/** Shaped like Discord's: the bot's id, the time of issue, a secret. */
function botToken(botId: string, now: number): string {
  const issued = Buffer.alloc(4);
  issued.writeUInt32BE(Math.trunc(now / 1000));
  return [Buffer.from(botId).toString('base64url'), issued.toString('base64url'), randomBytes(28).toString('base64url')].join('.');
}
