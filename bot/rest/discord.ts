import { REST } from '@discordjs/rest';
import type { RESTOptions, RouteLike } from '@discordjs/rest';
import type {
  APIApplicationCommand,
  APIInteractionResponse,
  APIMessage,
  APIUser,
  RESTGetAPICurrentUserResult,
  RESTGetCurrentApplicationResult,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { Card, CardOverFiles, ChannelPost } from '../cards/card.ts';
import { Unreachable } from './discord-errors.ts';
import { downloadFile } from './download.ts';
import { fetchRequest } from './fetch-request.ts';
import type { Authority } from './translate-error.ts';
import { translateError } from './translate-error.ts';

/** A file to upload; the card's attachment with `id` equal to the file's index names and describes it. */
export interface Upload {
  readonly name: string;
  readonly data: Uint8Array;
  readonly contentType: string;
}

/** A message as Discord gives it back. */
export type PostedMessage = Pick<APIMessage, 'id' | 'channel_id' | 'attachments'>;

/** Discord's REST API, as much of it as we use. Every method throws a `DiscordError` and nothing else. */
export interface Discord {
  /** https://discord.com/developers/docs/interactions/receiving-and-responding#create-interaction-response */
  respond(interactionId: string, interactionToken: string, response: APIInteractionResponse): Promise<void>;
  /** https://discord.com/developers/docs/interactions/receiving-and-responding#edit-original-interaction-response */
  editOriginal(applicationId: string, interactionToken: string, card: Card | CardOverFiles, files?: readonly Upload[]): Promise<PostedMessage>;
  /** https://discord.com/developers/docs/interactions/receiving-and-responding#get-original-interaction-response */
  original(applicationId: string, interactionToken: string): Promise<PostedMessage>;
  /** https://discord.com/developers/docs/resources/message#create-message */
  post(channelId: string, card: ChannelPost, files?: readonly Upload[]): Promise<PostedMessage>;
  /** https://discord.com/developers/docs/resources/message#edit-message */
  edit(channelId: string, messageId: string, card: Card, files?: readonly Upload[]): Promise<PostedMessage>;
  /** https://discord.com/developers/docs/resources/message#delete-message; a message that is gone already is no error. */
  remove(channelId: string, messageId: string): Promise<void>;
  /** https://discord.com/developers/docs/resources/message#create-reaction; `emoji` is one Unicode emoji. */
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
  /** https://discord.com/developers/docs/resources/channel#trigger-typing-indicator; it shows for ten seconds. */
  typing(channelId: string): Promise<void>;
  /** Opens the direct-message channel, then posts there. `Unreachable` when the person's DMs are closed. */
  directMessage(userId: string, card: Card, files?: readonly Upload[]): Promise<PostedMessage>;
  /** A file that Discord keeps, by the URL that it gave. */
  download(url: string): Promise<Uint8Array>;
  /** https://discord.com/developers/docs/resources/user#get-current-user */
  me(): Promise<Pick<APIUser, 'id' | 'username'>>;
  /** The users who run the application: its owner, or its team's members. https://discord.com/developers/docs/resources/application#get-current-application */
  operators(): Promise<readonly string[]>;
  /** https://discord.com/developers/docs/interactions/application-commands#get-global-application-commands */
  commands(applicationId: string): Promise<readonly APIApplicationCommand[]>;
  /** https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands */
  putCommands(applicationId: string, commands: RESTPutAPIApplicationCommandsJSONBody): Promise<void>;
}

export interface DiscordOptions {
  readonly token: string;
  /** Without the version: `https://discord.com/api`. */
  readonly api: string;
  /** A request is given up after this; 15,000 by default. */
  readonly timeoutMs?: number;
  /** Further tries after a 5xx or a timeout; 3 by default. */
  readonly retries?: number;
  /** The longest rate limit that is waited out; a longer one is a `Broke` that says how long it takes. All of them by default. */
  readonly longestWaitMs?: number;
  readonly makeRequest?: RESTOptions['makeRequest'];
}

/** Opens the REST client. Rate limits are waited out inside it, unless they are too long. */
export function createDiscord({ token, api, timeoutMs = 15_000, retries = 3, longestWaitMs = Infinity, makeRequest = fetchRequest }: DiscordOptions): Discord {
  const rest = new REST({ version: '10', api, timeout: timeoutMs, retries, rejectOnRateLimit: ({ retryAfter }) => retryAfter > longestWaitMs, makeRequest }).setToken(token);

  /** @typeParam T what Discord documents as the answer to this route; its answers are trusted, as those of our own stack are. */
  async function ask<T>(method: keyof typeof VERBS, path: RouteLike, authority: Authority, body?: unknown, files: readonly Upload[] = []): Promise<T> {
    try {
      const options = { auth: authority === 'bot', body, files: files.map(toRawFile) };
      return (await rest[VERBS[method]](path, options)) as T;
    } catch (error) {
      throw translateError(error, authority, method, path);
    }
  }

  const discord: Discord = {
    async respond(interactionId, interactionToken, response) {
      await ask('POST', `/interactions/${interactionId}/${interactionToken}/callback`, 'interaction', response);
    },
    editOriginal: (applicationId, interactionToken, card, files) =>
      ask('PATCH', `/webhooks/${applicationId}/${interactionToken}/messages/@original`, 'interaction', card, files),
    original: (applicationId, interactionToken) => ask('GET', `/webhooks/${applicationId}/${interactionToken}/messages/@original`, 'interaction'),
    post: (channelId, card, files) => ask('POST', `/channels/${channelId}/messages`, 'bot', card, files),
    edit: (channelId, messageId, card, files) => ask('PATCH', `/channels/${channelId}/messages/${messageId}`, 'bot', card, files),
    async remove(channelId, messageId) {
      try {
        await ask('DELETE', `/channels/${channelId}/messages/${messageId}`, 'bot');
      } catch (error) {
        if (!(error instanceof Unreachable && error.code === UNKNOWN_MESSAGE)) throw error;
      }
    },
    async react(channelId, messageId, emoji) {
      await ask('PUT', `/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}/@me`, 'bot');
    },
    async typing(channelId) {
      await ask('POST', `/channels/${channelId}/typing`, 'bot');
    },
    async directMessage(userId, card, files) {
      const channel = await ask<{ id: string }>('POST', '/users/@me/channels', 'bot', { recipient_id: userId });
      return discord.post(channel.id, card, files);
    },
    download: (url) => downloadFile(url, api),
    me: () => ask<RESTGetAPICurrentUserResult>('GET', '/users/@me', 'bot'),
    async operators() {
      const { owner, team } = await ask<Pick<RESTGetCurrentApplicationResult, 'owner' | 'team'>>('GET', '/applications/@me', 'bot');
      return team ? team.members.map(({ user }) => user.id) : owner ? [owner.id] : [];
    },
    commands: (applicationId) => ask('GET', `/applications/${applicationId}/commands`, 'bot'),
    async putCommands(applicationId, commands) {
      await ask('PUT', `/applications/${applicationId}/commands`, 'bot', commands);
    },
  };
  return discord;
}

const VERBS = { GET: 'get', POST: 'post', PATCH: 'patch', PUT: 'put', DELETE: 'delete' } as const;
const UNKNOWN_MESSAGE = 10008;

function toRawFile({ name, data, contentType }: Upload) {
  return { name, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), contentType };
}
