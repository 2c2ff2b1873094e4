/** What moderators press under a report. Who they are is looked at here, whoever sees the channel. */
import type { Reported } from '../../core/moderation/report-store.ts';
import { notForYouCard, reportCard } from '../cards/report-cards.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';
import type { ComponentInteraction } from '../interactions/interaction.ts';
import { mayModerate } from '../interactions/permissions.ts';
import type { Ports } from '../ports.ts';
import { Unreachable } from '../rest/discord-errors.ts';
import { readShownReport } from './shown-report.ts';

interface Decision {
  readonly guildId: string;
  readonly reported: Reported;
  readonly press: ComponentInteraction;
}

export const deleteReported = decision(async ({ guildId, reported, press }, { ledger, discord }) => {
  if (reported.outcome) return 'done';
  const { channelId, messageId } = reported.shown;
  try {
    await discord.remove(channelId, messageId);
  } catch (error) {
    // Where the whole channel is gone, so is the picture.
    if (!(error instanceof Unreachable)) throw error;
    if (error.code !== UNKNOWN_CHANNEL) return 'cannot-delete';
  }
  await ledger.reports.settle(guildId, reported.jobId, press.userId, 'deleted');
  return 'done';
});

export const dismissReport = decision(async ({ guildId, reported, press }, { ledger }) => {
  await ledger.reports.settle(guildId, reported.jobId, press.userId, 'dismissed');
  return 'done';
});

export const blockReported = decision(setBlocked(true));
export const unblockReported = decision(setBlocked(false));

const UNKNOWN_CHANNEL = 10003;

function setBlocked(isBlocked: boolean) {
  return async ({ guildId, reported, press }: Decision, { ledger }: Ports) => {
    await ledger.moderation.setBlocked({ guildId, by: press.userId, interactionId: press.id }, reported.askerId, isBlocked);
    return 'done' as const;
  };
}

/** Does it, then shows the report as it is by now: another moderator may have been first. */
function decision(act: (decision: Decision, ports: Ports) => Promise<'done' | 'cannot-delete'>): ComponentHandler {
  return async (press, [jobId = ''], ports) => {
    const { guildId } = press;
    if (guildId === null || !mayModerate(press.memberPermissions ?? 0n)) return ephemerally(notForYouCard('not-a-moderator'));
    const reported = await ports.ledger.reports.find(guildId, jobId);
    if (!reported) return ephemerally(notForYouCard('gone'));
    return {
      meanwhile: { type: 6 },
      later: async () => {
        const outcome = await act({ guildId, reported, press }, ports);
        ports.log.info({ event: `report:decide:${outcome}`, job: jobId, by: press.userId }, 'a moderator decided about a report');
        const now = (await ports.ledger.reports.find(guildId, jobId)) ?? reported;
        const card = reportCard(await readShownReport(guildId, now, ports), ports.customIds);
        const [embed] = card.embeds;
        if (outcome === 'done' || !embed) return card;
        // The report stays as it is, for everyone who looks at it; what did not work stands below it.
        return { ...card, embeds: [embed, ...notForYouCard(outcome).embeds] };
      },
    };
  };
}
