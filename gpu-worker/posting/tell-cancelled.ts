import { cancelledCard, isCanceller } from '../../bot/cards/cancelled-card.ts';
import type { Discord } from '../../bot/rest/discord.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Job } from '../../core/job.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';

export interface CancelledPorts {
  readonly ledger: Pick<Ledger, 'find'>;
  readonly progressDiscord: Pick<Discord, 'editOriginal'>;
  readonly now?: () => number;
}

/**
 * Says on the card that the job was cancelled. Whoever cancelled it said so there before, but an edit of ours may have
 * been on its way then, and have landed over it.
 * @returns whether it was cancelled at all
 * @throws {DiscordError}
 */
export async function tellCancelled({ ledger, progressDiscord, now = Date.now }: CancelledPorts, { id, reply }: Job): Promise<boolean> {
  const row = await ledger.find(id);
  if (row?.state !== 'cancelled') return false;
  const isTrusted = reply.kind === 'interaction' && now() - reply.receivedAt < INTERACTION_TOKEN_TRUSTED_SECONDS * 1000;
  if (isTrusted && isCanceller(row.reason)) await progressDiscord.editOriginal(reply.applicationId, reply.token, cancelledCard({ job: row.job, by: row.reason, begun: true }));
  return true;
}
