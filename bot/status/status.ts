import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import type { Card } from '../cards/card.ts';
import { cancelledCard, notYoursToCancelCard, tooLateCard } from '../cards/cancelled-card.ts';
import { statusCard } from '../cards/status-card.ts';
import { ephemerally, inPlace } from '../interactions/answers.ts';
import type { Asked } from '../interactions/interaction.ts';
import { mayManage } from '../quota/options.ts';
import type { CommandHandler, ComponentHandler } from '../interactions/handler.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { type CancelOutcome, cancelJob } from '../waiting/cancel.ts';
import { readOutlook, waitOf } from '../waiting/read-outlook.ts';

/** Whose own job stands further back does not see it here; the counts say "or more" then. */
const LINE_LENGTH = 300;

/** `/status`: the line, who paints, and one's own jobs. */
export const status: CommandHandler = async (interaction, ports) => ephemerally(await statusFor(interaction, ports));

/** 🔁 under it. */
export const refreshStatus: ComponentHandler = async (press, _, ports) => inPlace(await statusFor(press, ports));

/** ✖ beside a job in the list: the job's own card says so too, as far as it can still be changed. */
export const cancelListed: ComponentHandler = async (press, [jobId = ''], ports) => {
  const outcome = await cancelJob(press, jobId, ports);
  switch (outcome.kind) {
    case 'cancelled':
      await showOnCard(outcome, ports);
      return inPlace(await statusFor(press, ports));
    case 'not-yours':
      return ephemerally(notYoursToCancelCard());
    case 'too-late':
      return ephemerally(tooLateCard(outcome.row?.state));
  }
};

async function statusFor(asker: Asked, ports: Ports): Promise<Card> {
  const { userId } = asker;
  const [line, outlook, budget] = await Promise.all([ports.ledger.line(LINE_LENGTH), readOutlook(ports), mayManage(asker) ? ports.budget?.() : undefined]);
  const rows = await ports.ledger.findAll(line);
  const own = line.flatMap((id, ahead) => {
    const row = rows.get(id);
    const isOpen = row?.state === 'queued' || row?.state === 'running' || row?.state === 'painted';
    if (!row || !isOpen || row.job.userId !== userId) return [];
    return [{ job: row.job, isBegun: row.state !== 'queued', ahead, ...(outlook && { wait: waitOf(outlook, row.job, ahead) }) }];
  });
  return statusCard({ open: line.length, isLonger: line.length === LINE_LENGTH, outlook, own, ...(budget && { budget }) }, ports.customIds);
}

async function showOnCard({ job, by, begun }: Extract<CancelOutcome, { kind: 'cancelled' }>, { discord, now, log }: Ports): Promise<void> {
  const { reply } = job;
  if (reply.kind !== 'interaction' || now() - reply.receivedAt > INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) return;
  try {
    await discord.editOriginal(reply.applicationId, reply.token, cancelledCard({ job, by, begun }));
  } catch (error) {
    log.warn({ event: 'job:cancel:untold', job: job.id, reason: reasonOf(error) }, 'the card of a cancelled job could not be changed');
  }
}
