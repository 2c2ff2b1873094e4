import { BatchGetCommand, DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type PlaceSettings, combined, placeSettingsSchema } from './place-settings.ts';

const row = v.object({ sk: v.string(), settings: placeSettingsSchema });
/** Somebody waits three seconds at most for an answer that needs more than this. */
const READ_WITHIN_MS = 900;

/** The settings of servers and channels, one row each. */
export class PlaceSettingsStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor({ client, tableName }: { readonly client: DynamoDBDocumentClient; readonly tableName: string }) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** What holds in a channel: in one call, the server's and those of the channels, the nearest last. None in direct messages. */
  async effective(guildId: string | null, channelIds: readonly string[]): Promise<PlaceSettings> {
    if (guildId === null) return {};
    const places = [undefined, ...new Set(channelIds)];
    const rows = await this.#read(guildId, places);
    return combined(places.map((place) => rows.get(skOf(place)) ?? {}));
  }

  /** Of one place alone; the server's without a channel. */
  async own(guildId: string, channelId: string | undefined): Promise<PlaceSettings> {
    return (await this.#read(guildId, [channelId])).get(skOf(channelId)) ?? {};
  }

  /** Puts the settings of one place, whole; without any, the row goes. */
  async put(guildId: string, channelId: string | undefined, settings: PlaceSettings): Promise<void> {
    const key = { pk: pkOf(guildId), sk: skOf(channelId) };
    if (Object.values(settings).every((value) => value === undefined)) {
      await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: key }));
      return;
    }
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...key, settings } }));
  }

  async #read(guildId: string, places: readonly (string | undefined)[]): Promise<ReadonlyMap<string, PlaceSettings>> {
    const Keys = places.map((place) => ({ pk: pkOf(guildId), sk: skOf(place) }));
    const { Responses } = await this.#client.send(
      // What an admin has just been told is in force must be.
      new BatchGetCommand({ RequestItems: { [this.#tableName]: { Keys, ConsistentRead: true } } }),
      { abortSignal: AbortSignal.timeout(READ_WITHIN_MS) },
    );
    return new Map((Responses?.[this.#tableName] ?? []).map((item) => v.parse(row, item)).map(({ sk, settings }) => [sk, settings]));
  }
}

function pkOf(guildId: string): string {
  return `settings#${guildId}`;
}

function skOf(channelId: string | undefined): string {
  return channelId === undefined ? 'server' : `channel#${channelId}`;
}
