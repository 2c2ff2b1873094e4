import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REPORT_LENGTH, type Reported } from '../../core/moderation/report-store.ts';
import { type PostedPictures, picturesOfJob, picturesOfMessage } from '../actions/posted-pictures.ts';
import type { Card } from '../cards/card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { REASON_FIELD, type ReportAnswer, reportAnswerCard, reportCard, reportModal } from '../cards/report-cards.ts';
import { ephemerally, refuse } from '../interactions/answers.ts';
import type { Answer, ComponentHandler, MessageCommandHandler, ModalHandler } from '../interactions/handler.ts';
import type { Asked, ModalInteraction } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { Unreachable } from '../rest/discord-errors.ts';
import { readShownReport } from './shown-report.ts';
import { type LogChannel, tellModerators } from './tell-moderators.ts';

/** 🚩 under pictures: a form, if there is anybody to read it. */
export const report: ComponentHandler = async (press, [jobId = ''], ports) => {
  const [posted, log] = await Promise.all([picturesOfJob(jobId, ports, { channelId: press.channelId, messageId: press.message.id }), logChannelOf(press, ports)]);
  return posted ? askWhy(posted, log, ports) : refuse({ kind: 'picture-gone' });
};

/** "Report to moderators" on a message: the same. */
export const reportCommand: MessageCommandHandler = async (interaction, ports) => {
  const [posted, log] = await Promise.all([picturesOfMessage(interaction.message.id, ports), logChannelOf(interaction, ports)]);
  return posted ? askWhy(posted, log, ports) : refuse({ kind: 'not-a-picture' });
};

/** The form sent. */
export const reportSubmit: ModalHandler = async (form, [jobId = ''], ports) => {
  const log = await logChannelOf(form, ports);
  if (typeof log === 'string') return ephemerally(reportAnswerCard(log));
  return {
    later: async (): Promise<Card> => {
      const posted = await picturesOfJob(jobId, ports, form.message && { channelId: form.channelId, messageId: form.message.id });
      return posted ? reportAnswerCard(await passOn(form, posted, log, ports)) : refusalCard({ kind: 'picture-gone' });
    },
  };
};

async function askWhy({ row }: PostedPictures, log: LogChannel | ReportAnswer, { customIds }: Ports): Promise<Answer> {
  return typeof log === 'string' ? ephemerally(reportAnswerCard(log)) : { type: 9, data: reportModal(row.job.id, customIds) };
}

async function logChannelOf({ guildId }: Asked, { ledger }: Ports): Promise<LogChannel | ReportAnswer> {
  if (guildId === null) return 'guild-only';
  const { logChannelId } = await ledger.moderation.guild(guildId);
  return logChannelId === undefined ? 'no-log' : { guildId, channelId: logChannelId };
}

/** Writes the report down and shows it to the moderators; one that cannot be shown is taken back. */
async function passOn(form: ModalInteraction, { row, channelId, messageId }: PostedPictures, log: LogChannel, ports: Ports): Promise<ReportAnswer> {
  const { reports } = ports.ledger;
  const { guildId } = log;
  const { id: jobId, userId: askerId } = row.job;
  const before = await reports.find(guildId, jobId);
  if (before?.outcome) return 'settled';
  const reason = (form.fields.get(REASON_FIELD) ?? '').slice(0, MAX_REPORT_LENGTH);
  const own = { guildId, jobId, askerId, shown: { channelId, messageId }, by: form.userId, reason };
  const added = await reports.add(own);
  if (added !== 'added') return added;
  try {
    if (await show(own, log, ports)) return 'told';
  } catch (error) {
    await reports.withdraw(own);
    throw error;
  }
  await reports.withdraw(own);
  return 'out-of-reach';
}

/** The first report is posted, those after it are added to that post; where it is gone, they make a new one. */
async function show({ guildId, jobId, by }: { readonly guildId: string; readonly jobId: string; readonly by: string }, log: LogChannel, ports: Ports): Promise<boolean> {
  const reported = await settledFirst(guildId, jobId, by, ports);
  const shown = reported && (await readShownReport(guildId, reported, ports));
  if (!reported || !shown) return false;
  const card = reportCard(shown, ports.customIds);
  if (reported.log) {
    try {
      await ports.discord.edit(reported.log.channelId, reported.log.messageId, card);
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }
  const messageId = await tellModerators(log, card, ports);
  if (messageId === undefined) return false;
  await ports.ledger.reports.noteLog(guildId, jobId, { channelId: log.channelId, messageId });
  return true;
}

const LOOK_AGAIN_MS = 400;
const LOOKS = 5;

/** When several report at once, the first one posts; the others wait a moment for that post, to be added to it. */
async function settledFirst(guildId: string, jobId: string, by: string, { ledger }: Ports): Promise<Reported | undefined> {
  for (let look = 1; ; look += 1) {
    const reported = await ledger.reports.find(guildId, jobId);
    const isFirst = reported?.reporters[0]?.userId === by;
    if (!reported || reported.log || isFirst || look === LOOKS) return reported;
    await sleep(LOOK_AGAIN_MS);
  }
}
