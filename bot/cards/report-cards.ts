/** The cards and the form of reports: for whoever reports a picture, and for the moderators who look at it. */
import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import type { Job } from '../../core/job.ts';
import { MAX_REPORT_LENGTH, REPORTS_AN_HOUR, type ReportOutcome, type Reported } from '../../core/moderation/report-store.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { type Row, button, row } from './components.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, oneLine, shorten } from './plain-text.ts';
import { promptText, secondPromptField } from './prompt-text.ts';
import { messageLink, recipe } from './wording.ts';

/** The field of the form. */
export const REASON_FIELD = 'reason';

/** Asks for a reason. */
export function reportModal(jobId: string, customIds: CustomIds): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customIds.write('report', jobId),
    title: 'Report to the moderators',
    components: [
      {
        type: 18,
        label: 'What is wrong with it?',
        description: 'Moderators of this server see what you write, and who you are. Nobody else does.',
        component: { type: 4, custom_id: REASON_FIELD, style: 2, required: true, max_length: MAX_REPORT_LENGTH },
      },
    ],
  };
}

/** How reporting went. */
export type ReportAnswer = keyof typeof ANSWERS;
const ANSWERS = {
  told: { title: 'Thank you', text: 'The moderators of this server see your report, with the picture and how it was painted. You hear nothing more from me about it.' },
  'made-before': { title: 'You reported this before', text: 'The moderators have it.' },
  settled: { title: 'Moderators have looked at it', text: 'They have decided about this picture already. If you see it otherwise, write to them.' },
  'no-log': { title: 'Nobody would be told', text: 'The moderators of this server have not said where reports are to go, so I cannot pass any on. Write to one of them, or report the message to Discord (hold or right-click it).' },
  'out-of-reach': { title: 'Your report did not arrive', text: 'I cannot post where the moderators want reports any more; they learn of that when they look at my settings. Write to one of them.' },
  'too-many': { title: 'That is a lot of reports', text: `I pass on ${REPORTS_AN_HOUR} of one person an hour. Write to a moderator instead.` },
  'guild-only': { title: 'There are no moderators here', text: 'Reports go to the moderators of a server.' },
} as const;

export function reportAnswerCard(answer: ReportAnswer): Card {
  const { title, text } = ANSWERS[answer];
  return createCard({ color: answer === 'told' ? COLOURS.done : COLOURS.refused, title, description: text });
}

/** Reported pictures, as moderators see them. */
export interface ShownReport {
  readonly guildId: string;
  readonly reported: Reported;
  /** `undefined` when nothing is known of it any more, as its asker had everything deleted. */
  readonly job: Job | undefined;
  readonly isBlocked: boolean;
}

const MAX_FIELD_LENGTH = 1024;
const SHOWN_REASONS = 5;
/** With the longest prompts and reasons, an embed has room for no more. */
const SHOWN_SECOND_PROMPT = 100;

/** For the log channel: mentions stand in an embed, where they ping nobody. */
export function reportCard(report: ShownReport, customIds: CustomIds): Card {
  const { guildId, reported, job, isBlocked } = report;
  const { reporters, outcome, askerId, shown } = reported;
  const picture = outcome?.kind === 'deleted' ? 'deleted' : `[look at it](${messageLink(guildId, shown.channelId, shown.messageId)}) in <#${shown.channelId}>`;
  const people = reporters.length === 1 ? 'Reported by' : `Reported by ${reporters.length} people`;
  return createCard(
    {
      color: outcome ? COLOURS.waiting : COLOURS.refused,
      title: outcome ? OUTCOMES[outcome.kind] : '🚩 A picture was reported',
      description: job ? promptText(job.work) : 'Its words are not known any more.',
      fields: [
        ...(job ? secondPromptField(job.work, SHOWN_SECOND_PROMPT) : []),
        { name: people, value: reasons(reported) },
        { name: 'The picture', value: `${picture}, asked for by <@${askerId}>${isBlocked ? ' (blocked here)' : ''}${job ? `\n${recipe(job.work)} · seed \`${job.work.seed}\`` : ''}` },
        ...(outcome ? [{ name: 'What was done', value: `${OUTCOMES[outcome.kind]} by <@${outcome.by}>, <t:${Math.floor(outcome.at / 1000)}:f>` }] : []),
      ],
    },
    [],
    [buttons(report, customIds)],
  );
}

const OUTCOMES: Readonly<Record<ReportOutcome['kind'], string>> = { deleted: '🗑️ Picture deleted', dismissed: '✅ Report dismissed' };

function reasons({ reporters }: Reported): string {
  // Each gets its share of the field, escapes included.
  const share = Math.floor(MAX_FIELD_LENGTH / SHOWN_REASONS) - 40;
  const lines = reporters.slice(0, SHOWN_REASONS).map(({ userId, reason }) => `<@${userId}>: ${shortEscaped(oneLine(reason), share)}`);
  return [...lines, ...(reporters.length > SHOWN_REASONS ? ['…'] : [])].join('\n') || 'somebody who had their data deleted';
}

/** Escaped, and then short enough: cut where the text is, so that no escape is cut in two. */
function shortEscaped(text: string, max: number): string {
  for (let length = max; ; length -= 10) {
    const escaped = escapeMarkdown(shorten(text, length));
    if (escaped.length <= max) return escaped;
  }
}

function buttons({ reported, isBlocked }: ShownReport, customIds: CustomIds): Row {
  const { jobId, outcome } = reported;
  const open = [
    button(customIds.write('report-delete', jobId), { emoji: '🗑️', label: 'Delete the picture', style: 'danger' }),
    button(customIds.write('report-dismiss', jobId), { emoji: '✅', label: 'Dismiss' }),
  ];
  const blocking = isBlocked
    ? button(customIds.write('report-unblock', jobId), { emoji: '🔓', label: 'Unblock who asked' })
    : button(customIds.write('report-block', jobId), { emoji: '🚫', label: 'Block who asked' });
  return row(...(outcome ? [] : open), blocking);
}

/** To whoever presses those without being a moderator, and to a moderator for whom it did not work. */
export function notForYouCard(what: 'not-a-moderator' | 'gone' | 'cannot-delete'): Card {
  const text = {
    'not-a-moderator': 'This is for members with **Manage Messages**.',
    gone: 'I do not know this report any more: they are kept for 90 days.',
    'cannot-delete': 'I cannot get at that message any more: I may not see its channel. Delete it by hand, then dismiss the report.',
  }[what];
  return createCard({ color: COLOURS.refused, title: 'That does not work', description: text });
}
