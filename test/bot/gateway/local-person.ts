import type { LocalDiscord } from '../../../infra/local/discord/local-discord.ts';
import type { InteractionOutcome, LocalChannel, LocalMessage, LocalOptionValue, LocalState, LocalUser } from '../../../infra/local/discord/page-protocol.ts';

/** Someone in the local Discord, who does there what a person does on its page. */
export class LocalPerson {
  constructor(
    private readonly discord: LocalDiscord,
    readonly user: LocalUser,
  ) {}

  state(): Promise<LocalState> {
    return this.#call('GET', '/local/state');
  }

  async channel(name: string): Promise<LocalChannel> {
    const { channels } = await this.state();
    const found = channels.find((channel) => channel.name === name);
    if (!found) throw new Error(`${this.user.displayName} sees no channel ${name}, only ${channels.map((channel) => channel.name).join(', ')}`);
    return found;
  }

  directChannel(withId: string): Promise<LocalChannel> {
    return this.#call('POST', '/local/dms', { with: withId });
  }

  async command(channelId: string, name: string, options: Readonly<Record<string, LocalOptionValue['value']>>): Promise<InteractionOutcome> {
    const { commands } = await this.state();
    const command = commands.find((one) => one.name === name);
    if (!command) throw new Error(`${this.user.displayName} has no command ${name}`);
    return this.#call('POST', '/local/interactions', {
      kind: 'command',
      channelId,
      commandId: command.id,
      options: Object.entries(options).map(([option, value]) => ({ name: option, value })),
    });
  }

  /** Newest first. */
  messages(channelId: string): Promise<readonly LocalMessage[]> {
    return this.#call('GET', `/local/channels/${channelId}/messages`);
  }

  say(channelId: string, content: string): Promise<LocalMessage> {
    return this.#call('POST', `/local/channels/${channelId}/messages`, { content });
  }

  react(channelId: string, messageId: string, emoji: string): Promise<void> {
    return this.#call('PUT', `/local/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`);
  }

  /** @typeParam T what the page's protocol says of this call */
  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.discord.url}${path}?user=${this.user.id}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

/** The people of the local guild, by their names. */
export async function localPeople(discord: LocalDiscord): Promise<Record<'Ada' | 'Max' | 'Nora', LocalPerson>> {
  const ask = async (path: string) => {
    const response = await fetch(`${discord.apiBase}/v10${path}`, { headers: { authorization: `Bot ${discord.token}` } });
    return response.json();
  };
  const [guild] = (await ask('/users/@me/guilds')) as { id: string }[];
  const { owner_id: ownerId } = (await ask(`/guilds/${guild?.id}`)) as { owner_id: string };
  const state = (await (await fetch(`${discord.url}/local/state?user=${ownerId}`)).json()) as LocalState;
  const person = (name: string) => {
    const user = state.users.find(({ displayName }) => displayName === name);
    if (!user) throw new Error(`the local guild has no ${name}`);
    return new LocalPerson(discord, user);
  };
  return { Ada: person('Ada'), Max: person('Max'), Nora: person('Nora') };
}
