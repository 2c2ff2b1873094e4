/** A user as the API shows them. https://discord.com/developers/docs/resources/user#user-object */
import type { APIUser } from 'discord-api-types/v10';
import type { UserRecord } from '../store/records.ts';

export function viewUser(user: UserRecord): APIUser {
  return {
    id: user.id,
    username: user.username,
    global_name: user.bot ? null : user.displayName,
    // Bots kept their discriminators when people lost theirs.
    discriminator: user.bot ? '0001' : '0',
    avatar: null,
    ...(user.bot && { bot: true }),
  };
}
