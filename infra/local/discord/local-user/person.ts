import type { UserRecord } from '../store/records.ts';
import type { World } from '../world.ts';

/** One of the people, never a bot. Whoever does not say who they are yet, as the page when it is first opened, is the first of them. */
export function findPerson(world: World, userId: string | undefined): UserRecord | undefined {
  const people = [...world.store.users.values()].filter(({ bot }) => !bot);
  return userId === undefined ? people[0] : people.find(({ id }) => id === userId);
}
