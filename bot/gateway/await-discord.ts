import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../log.ts';
import type { Log } from '../log.ts';
import type { Discord } from '../rest/discord.ts';
import { Broke } from '../rest/discord-errors.ts';

/**
 * Returns once Discord knows the bot token. While Discord cannot be reached it is asked again for `patienceMs`: on one
 * machine everything starts at once, and elsewhere a restart would find the network no sooner than waiting does.
 * @throws {BadBotToken} at once: asking again with a bad token gets an address banned
 * @throws {Broke} when patience is over
 */
export async function awaitDiscord(discord: Pick<Discord, 'me'>, log: Log, signal: AbortSignal, patienceMs = 60_000): Promise<{ id: string; username: string }> {
  const giveUpAt = Date.now() + patienceMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      return await discord.me();
    } catch (error) {
      if (!(error instanceof Broke) || Date.now() + pauseMs > giveUpAt) throw error;
      log.warn({ event: 'discord:reach:failed', reason: reasonOf(error), pauseMs }, 'Discord does not answer yet');
    }
    await sleep(pauseMs, undefined, { signal });
  }
}
