/** Who a message really mentions: its text, cut down by `allowed_mentions`. https://discord.com/developers/docs/resources/message#allowed-mentions-object */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { may } from '../permissions.ts';
import type { MentionsRecord } from '../store/records.ts';
import type { AllowedMentions } from '../validation/bodies.ts';
import type { World } from '../world.ts';

export interface Mentioning {
  readonly content: string;
  /** Absent: everything in the text counts. */
  readonly allowed: AllowedMentions | undefined;
  /** The author's permissions in the channel. */
  readonly permissions: bigint;
  /** The author of the message replied to. */
  readonly repliedUserId: string | undefined;
}

export function findMentions(world: World, { content, allowed, permissions, repliedUserId }: Mentioning): MentionsRecord {
  const written = { users: idsIn(content, /<@!?(\d+)>/g), roles: idsIn(content, /<@&(\d+)>/g), everyone: /@(everyone|here)\b/.test(content) };
  const parse = new Set<string>(allowed === undefined ? ['users', 'roles', 'everyone'] : allowed.parse);
  const counts = (kind: 'users' | 'roles', id: string): boolean => parse.has(kind) || (allowed?.[kind] ?? []).includes(id);
  const mayMentionAll = may(permissions, P.MentionEveryone);
  const userIds = written.users.filter((id) => counts('users', id) && world.store.users.get(id) !== undefined);
  const pingsReplied = repliedUserId !== undefined && (allowed === undefined || allowed.replied_user === true);
  return {
    userIds: pingsReplied ? [...new Set([...userIds, repliedUserId])] : userIds,
    roleIds: written.roles.filter((id) => counts('roles', id) && (mayMentionAll || world.store.roles.get(id)?.mentionable === true)),
    everyone: written.everyone && parse.has('everyone') && mayMentionAll,
  };
}

function idsIn(content: string, pattern: RegExp): readonly string[] {
  return [...new Set([...content.matchAll(pattern)].flatMap(([, id]) => id ?? []))];
}
