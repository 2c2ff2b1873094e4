/** What happens in the local Discord, told to the gateway and to people's sockets alike. Events are `subject:outcome`. */
import type { InteractionRecord, MessageRecord, ReactionRecord } from './store/records.ts';

export type DiscordEvent =
  | { readonly type: 'message:created'; readonly message: MessageRecord }
  | { readonly type: 'message:updated'; readonly message: MessageRecord }
  | { readonly type: 'message:deleted'; readonly message: MessageRecord }
  | { readonly type: 'reaction:added' | 'reaction:removed'; readonly message: MessageRecord; readonly userId: string; readonly emoji: ReactionRecord['emoji'] }
  | { readonly type: 'reactions:cleared'; readonly message: MessageRecord; readonly emoji: ReactionRecord['emoji'] | null }
  | { readonly type: 'typing:started'; readonly channelId: string; readonly userId: string }
  | { readonly type: 'channel:created' | 'channel:updated'; readonly channelId: string }
  /** Told while the channel is still there. */
  | { readonly type: 'channel:deleted'; readonly channelId: string }
  | { readonly type: 'commands:changed' }
  | { readonly type: 'presence:changed'; readonly userId: string }
  | { readonly type: 'user:changed'; readonly userId: string }
  | { readonly type: 'interaction:failed'; readonly interaction: InteractionRecord; readonly messageId: string | null; readonly message: string };

export type Listener = (event: DiscordEvent) => void;

export class Events {
  readonly #listeners = new Set<Listener>();

  /** @returns a function that stops listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: DiscordEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
