/** The running local Discord, as its parts see it. */
import type { Events } from './events.ts';
import type { AttachmentFiles } from './store/attachment-files.ts';
import type { SnowflakeSource } from './store/snowflake.ts';
import type { ApplicationRecord, ChannelRecord, GuildRecord, UserRecord } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { BodyTally } from './validation/body-tally.ts';

export interface World {
  readonly store: Store;
  readonly files: AttachmentFiles;
  readonly ids: SnowflakeSource;
  readonly events: Events;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where this process listens, `http://127.0.0.1:PORT`. */
  readonly origin: () => string;
  /** Users with a gateway session (bots) or an open socket (people). */
  readonly online: Set<string>;
  /** Tells whoever runs this, once for each text. */
  readonly notice: (text: string) => void;
  readonly bodies: BodyTally;
}

/** The one guild there is. */
export function theGuild(world: World): GuildRecord {
  const [guild] = world.store.guilds.values();
  if (guild === undefined) throw new Error('the data folder has no guild: delete it and start again');
  return guild;
}

/** The one application there is. */
export function theApplication(world: World): ApplicationRecord {
  const [application] = world.store.applications.values();
  if (application === undefined) throw new Error('the data folder has no application: delete it and start again');
  return application;
}

/** A user that a record of ours names. */
export function userOf(world: World, userId: string): UserRecord {
  const user = world.store.users.get(userId);
  if (user === undefined) throw new Error(`the data folder names user ${userId} but does not hold them`);
  return user;
}

/** The guild a channel is in; none for direct messages. */
export function guildIdOf(world: World, channel: ChannelRecord): string | undefined {
  return channel.kind === 'text' ? theGuild(world).id : undefined;
}
