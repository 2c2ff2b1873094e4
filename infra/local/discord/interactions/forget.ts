/** Interactions outlive their tokens only where a message still says which command it answers. */
import type { Store } from '../store/store.ts';
import { isExpired } from './token.ts';

/** Called once, at start. */
export function forgetInteractions(store: Store, now: number): void {
  const named = new Set<string>();
  for (const channel of store.channels.values()) {
    for (const { interactionId } of store.messages.newestFirst(channel.id)) if (interactionId !== null) named.add(interactionId);
  }
  for (const { id, triggerId } of store.interactions.values()) if (named.has(id) && triggerId !== null) named.add(triggerId);
  for (const interaction of store.interactions.values()) {
    if (!named.has(interaction.id) && isExpired(interaction, now)) store.interactions.delete(interaction.id);
  }
}
