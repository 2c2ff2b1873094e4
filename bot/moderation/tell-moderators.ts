import type { Card } from '../cards/card.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { Unreachable } from '../rest/discord-errors.ts';

type TellPorts = Pick<Ports, 'ledger' | 'log'> & { readonly discord: Pick<Ports['discord'], 'post' | 'edit'> };

/** Where a server's moderators are told. */
export interface LogChannel {
  readonly guildId: string;
  readonly channelId: string;
}

/**
 * Posts in a log channel. That it is gone, or closed to the bot, breaks nothing: it is noted, for an admin who looks.
 * @returns the message's id; `undefined` when it cannot arrive
 * @throws {DiscordError} when trying again later may help
 */
export async function tellModerators({ guildId, channelId }: LogChannel, card: Card, { ledger, discord, log }: TellPorts): Promise<string | undefined> {
  try {
    const { id } = await discord.post(channelId, card);
    await ledger.moderation.clearTrouble(guildId);
    return id;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    log.warn({ event: 'moderation:log:out-of-reach', guild: guildId, channel: channelId }, 'a log channel is out of reach');
    await ledger.moderation.noteTrouble(guildId, channelId).catch((cause: unknown) => log.warn({ event: 'moderation:log:trouble-not-noted', reason: reasonOf(cause) }, 'nobody will know that a log channel is out of reach'));
    return undefined;
  }
}
