import type { InteractionOutcome, LocalChannel, LocalInteraction, LocalMessage, LocalOptionValue, LocalState } from './discord/page-protocol.ts';

/** The local Discord refused what a local user tried to do; the message is for the person. */
export class LocalDiscordRefused extends Error {
  override readonly name = 'LocalDiscordRefused';
}

/** One of the local Discord's people, acting by program instead of by the page (see page-protocol.ts for each call). */
export class LocalUser {
  readonly #url: string;

  constructor(
    url: string,
    readonly id: string,
  ) {
    this.#url = url;
  }

  /** @param url where the local Discord listens @param name as the page shows it, e.g. `Ada` */
  static async named(url: string, name: string): Promise<LocalUser> {
    const { users } = await call<LocalState>(`${url}/local/state`);
    const user = users.find(({ displayName, bot }) => displayName === name && !bot);
    if (!user) throw new LocalDiscordRefused(`nobody here is called ${name}; there are ${users.map((each) => each.displayName).join(', ')}`);
    return new LocalUser(url, user.id);
  }

  state(): Promise<LocalState> {
    return this.#call('GET', '/local/state');
  }

  /** @param name without the leading `#` */
  async channel(name: string): Promise<LocalChannel> {
    return named((await this.state()).channels, name);
  }

  directChannel(withId: string): Promise<LocalChannel> {
    return this.#call('POST', '/local/dms', { with: withId });
  }

  /** Newest first. */
  messages(channelId: string): Promise<readonly LocalMessage[]> {
    return this.#call('GET', `/local/channels/${channelId}/messages`);
  }

  say(channelId: string, content: string): Promise<LocalMessage> {
    return this.#call('POST', `/local/channels/${channelId}/messages`, { content });
  }

  /** Uses a slash command without subcommands. */
  async command(channelId: string, name: string, options: Readonly<Record<string, LocalOptionValue['value']>>): Promise<InteractionOutcome> {
    const { id: commandId } = named((await this.state()).commands, name);
    const values = Object.entries(options).map(([option, value]) => ({ name: option, value }));
    return this.interact({ kind: 'command', channelId, commandId, options: values });
  }

  /** @param files what attachment options name by their place here: 0, 1, … */
  interact(interaction: LocalInteraction, files: readonly File[] = []): Promise<InteractionOutcome> {
    if (files.length === 0) return this.#call('POST', '/local/interactions', interaction);
    const form = new FormData();
    form.set('payload_json', JSON.stringify(interaction));
    for (const [n, file] of files.entries()) form.set(`files[${n}]`, file);
    return this.#call('POST', '/local/interactions', form);
  }

  /** Administrators only. @param name without the leading `#` */
  createChannel(name: string): Promise<LocalChannel> {
    return this.#call('POST', '/local/channels', { name });
  }

  /** Administrators only. */
  deleteChannel(channelId: string): Promise<void> {
    return this.#call('DELETE', `/local/channels/${channelId}`);
  }

  /** Administrators only. @param who a role's id or a member's @param permissions what they lack in this channel from now on; 0n: nothing */
  deny(channelId: string, who: string, permissions: bigint): Promise<void> {
    return this.#call('PUT', `/local/channels/${channelId}/denied`, { who, permissions: `${permissions}` });
  }

  /** Whether bots may write to them. */
  setDmsClosed(dmsClosed: boolean): Promise<unknown> {
    return this.#call('PATCH', '/local/me', { dmsClosed });
  }

  remove(channelId: string, messageId: string): Promise<void> {
    return this.#call('DELETE', `/local/channels/${channelId}/messages/${messageId}`);
  }

  react(channelId: string, messageId: string, emoji: string): Promise<void> {
    return this.#call('PUT', `/local/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`);
  }

  #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call(`${this.#url}${path}?user=${this.id}`, method, body);
  }
}

/** @typeParam T what page-protocol.ts says that this call answers */
async function call<T>(url: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body instanceof FormData ? { body } : body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json();
  if (!response.ok) throw new LocalDiscordRefused(messageOf(answer) ?? `${method} failed with status ${response.status}`);
  return answer as T;
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((each) => each.name === name);
  if (!found) throw new LocalDiscordRefused(`there is no ${name} here, only ${all.map((each) => each.name).join(', ')}`);
  return found;
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;
}
