import { REST } from '@discordjs/rest';
import type { APIMessage, RESTGetAPIChannelMessagesResult, RESTGetAPICurrentUserResult } from 'discord-api-types/v10';
import { translateError } from '../../bot/rest/translate-error.ts';

/** What was said in a channel, as far as the bot may read it. */
export interface ChannelHistory {
  /** The bot's own user id. */
  me(): Promise<string>;
  /**
   * Up to 100 messages: the first ones after a message id, or the newest.
   * https://discord.com/developers/docs/resources/message#get-channel-messages
   */
  messages(channelId: string, after?: string): Promise<readonly Pick<APIMessage, 'id' | 'author' | 'attachments'>[]>;
}

/** Reads with the bot token. Throws `DiscordError`s. `api` is without the version. */
export function openChannelHistory({ token, api }: { readonly token: string; readonly api: string }): ChannelHistory {
  const rest = new REST({ version: '10', api, retries: 2 }).setToken(token);

  /** @typeParam T what Discord documents as the answer to this route */
  async function get<T>(path: `/${string}`, query?: URLSearchParams): Promise<T> {
    try {
      return (await rest.get(path, query && { query })) as T;
    } catch (error) {
      throw translateError(error, 'bot', 'GET', path);
    }
  }

  return {
    me: async () => (await get<RESTGetAPICurrentUserResult>('/users/@me')).id,
    messages: (channelId, after) => {
      const query = new URLSearchParams({ limit: '100', ...(after !== undefined && { after }) });
      return get<RESTGetAPIChannelMessagesResult>(`/channels/${channelId}/messages`, query);
    },
  };
}
