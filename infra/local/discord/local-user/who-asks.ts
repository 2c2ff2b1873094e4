/** Which person a client speaks for: there is no login, it says so itself. */
import type { UserRecord } from '../store/records.ts';
import { theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';
import { LocalRefusal } from './local-refusal.ts';

/**
 * @param userId absent: the guild's owner
 * @throws {LocalRefusal} when there is no such person; bots have no client
 */
export function whoAsks(world: World, userId: string | undefined): UserRecord {
  if (userId === undefined) return userOf(world, theGuild(world).ownerId);
  const user = world.store.users.get(userId);
  if (user === undefined || user.bot) throw new LocalRefusal('unknown-user', `There is no person ${userId} here.`, 'user');
  return user;
}
