import type { APIMessage } from 'discord-api-types/v10';
import type { InteractionOutcome, LocalInteraction, LocalState } from './discord/page-protocol.ts';

/** The local Discord refused what a local user tried to do; the message is for the person. */
export class LocalDiscordRefused extends Error {
  override readonly name = 'LocalDiscordRefused';
}

/** One of the local Discord's people, acting by program instead of by the page. */
export class LocalUser {
  readonly #url: string;
  readonly #userId: string;

  constructor(url: string, userId: string) {
    this.#url = url;
    this.#userId = userId;
  }

  /** @param url where the local Discord listens @param name as the page shows it, e.g. `Ada` */
  static async named(url: string, name: string): Promise<LocalUser> {
    const { users } = await call<Pick<LocalState, 'users'>>(`${url}/local/state`);
    const user = users.find(({ displayName, bot }) => displayName === name && !bot);
    if (!user) throw new LocalDiscordRefused(`nobody here is called ${name}; there are ${users.map((each) => each.displayName).join(', ')}`);
    return new LocalUser(url, user.id);
  }

  state(): Promise<LocalState> {
    return this.#call('GET', '/local/state');
  }

  /** Newest first. */
  messages(channelId: string): Promise<readonly APIMessage[]> {
    return this.#call('GET', `/local/channels/${channelId}/messages`);
  }

  interact(interaction: LocalInteraction): Promise<InteractionOutcome> {
    return this.#call('POST', '/local/interactions', interaction);
  }

  react(channelId: string, messageId: string, emoji: string): Promise<void> {
    return this.#call('PUT', `/local/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`);
  }

  #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call(`${this.#url}${path}?user=${this.#userId}`, method, body);
  }
}

async function call<T>(url: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json();
  if (!response.ok) throw new LocalDiscordRefused(messageOf(answer) ?? `${method} failed with status ${response.status}`);
  return answer as T;
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;
}
