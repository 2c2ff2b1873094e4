import type { Reported } from '../../core/moderation/report-store.ts';
import type { ShownReport } from '../cards/report-cards.ts';
import type { Ports } from '../ports.ts';

/** What moderators see of a report: with the words of the picture, as long as they are known. */
export async function readShownReport(guildId: string, reported: Reported, { ledger }: Pick<Ports, 'ledger'>): Promise<ShownReport> {
  const [row, isBlocked] = await Promise.all([ledger.find(reported.jobId), ledger.moderation.isBlocked(guildId, reported.askerId)]);
  // Of a job that its asker had deleted, an empty row may be left for some days.
  return { guildId, reported, job: row?.pictures && row.job, isBlocked };
}
