/** What moderators are told: in their log channel, and in answer to `/moderation`. */
import type { AuditedChange } from '../../core/moderation/audited-change.ts';
import type { Block } from '../../core/moderation/blocks.ts';
import { LOG_WINDOW_MINUTES, type LogTrouble } from '../../core/moderation/log-channel.ts';
import type { Job } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, linesThatFit } from './plain-text.ts';
import { promptText, secondPromptField } from './prompt-text.ts';
import { changeLine } from './words-cards.ts';

const MAX_FIELD_LENGTH = 1024;
export const SHOWN_BLOCKS = 25;
const SHOWN_SECOND_PROMPT = 400;

/** A prompt that a word rule refused, for the log channel. It is shown as inert text, and pings nobody. */
export function refusedPromptCard({ work, userId, channelId }: Pick<Job, 'work' | 'userId' | 'channelId'>, rule: string | undefined, isLast: boolean): Card {
  const why = rule === undefined ? 'It touches on sexual pictures of minors, which are refused everywhere.' : `The denied term ||${escapeMarkdown(rule)}|| applies.`;
  return createCard({
    color: COLOURS.refused,
    title: 'A prompt was refused',
    description: promptText(work),
    fields: [
      ...secondPromptField(work, SHOWN_SECOND_PROMPT),
      { name: 'Who, and where', value: `<@${userId}> in <#${channelId}>` },
      { name: 'Why', value: why },
    ],
    footer: { text: `Nothing was painted or charged.${isLast ? ` More of them in these ${LOG_WINDOW_MINUTES} minutes are not shown.` : ''}` },
  });
}

/** The first post in a log channel: that it arrives is the proof that others will. */
export function logBeginsCard(by: string): Card {
  return createCard({ color: COLOURS.about, title: 'Reports come here from now on', description: `Reported pictures and prompts that word rules refused, as <@${by}> wants. Whoever sees this channel sees them.` });
}

export interface ShownModeration {
  readonly logChannelId: string | undefined;
  readonly trouble: LogTrouble | undefined;
  readonly blocks: readonly Block[];
  readonly changes: readonly AuditedChange[];
}

/** How moderation stands in a server. Meant to be ephemeral. */
export function moderationCard({ logChannelId, trouble, blocks, changes }: ShownModeration): Card {
  const blocked = blocks.map(({ userId, by, at }) => `<@${userId}>, by <@${by}> <t:${Math.floor(at / 1000)}:R>`);
  return createCard({
    color: trouble ? COLOURS.refused : COLOURS.about,
    title: 'Moderation in this server',
    fields: [
      { name: 'Log channel', value: logWords(logChannelId, trouble) },
      { name: 'Blocked from asking for pictures', value: linesThatFit(blocked, MAX_FIELD_LENGTH) || 'Nobody.' },
      ...(changes.length > 0 ? [{ name: 'Latest changes', value: linesThatFit(changes.map(changeLine), MAX_FIELD_LENGTH) }] : []),
    ],
    footer: { text: 'Members report pictures with the button under them. /words holds the word rules.' },
  });
}

function logWords(logChannelId: string | undefined, trouble: LogTrouble | undefined): string {
  if (logChannelId === undefined) return 'None. Reports cannot be passed on, and members are told so. `/moderation log` sets one.';
  if (trouble?.channelId !== logChannelId) return `<#${logChannelId}>`;
  return `⚠️ <#${logChannelId}> is out of my reach since <t:${Math.floor(trouble.at / 1000)}:R> at the latest: it is gone, or I may not post there. Members are told that their reports do not arrive. \`/moderation log\` sets another.`;
}

/** Answers to changes. */
export type ModerationAnswer = keyof typeof ANSWERS;
const ANSWERS = {
  'log-set': { title: 'Log channel set', text: 'Reports and refused prompts come there; I have just said so in it. Mind who can see that channel.' },
  'log-off': { title: 'Log channel taken back', text: 'Reports cannot be passed on now, and members are told so.' },
  'log-unreachable': { title: 'I cannot post there', text: 'I need **View Channel**, **Send Messages** and **Embed Links** in that channel. Nothing was changed.' },
  blocked: { title: 'Blocked', text: 'cannot ask for pictures in this server until somebody lifts it with `/moderation unblock`. They are told when they try.' },
  unblocked: { title: 'Unblocked', text: 'can ask for pictures here again.' },
  unchanged: { title: 'Nothing to do', text: 'That is so already. Nothing was changed.' },
  'not-an-admin': { title: 'That does not work', text: 'The log channel is for those with **Manage Server**.' },
  'not-a-moderator': { title: 'That does not work', text: 'This is for members with **Manage Messages**.' },
  'guild-only': { title: 'That does not work', text: 'There are moderators in servers alone: use this in one.' },
  unfit: { title: 'That does not work', text: 'One of the options is not what this command takes. Reload Discord to see the present ones.' },
} as const;
const GOOD: ReadonlySet<ModerationAnswer> = new Set(['log-set', 'log-off', 'blocked', 'unblocked']);

/** @param userId whom it is about: of `blocked` and `unblocked` */
export function moderationAnswerCard(answer: ModerationAnswer, userId?: string): Card {
  const { title, text } = ANSWERS[answer];
  return createCard({ color: GOOD.has(answer) ? COLOURS.done : COLOURS.refused, title, description: userId === undefined ? text : `<@${userId}> ${text}` });
}

/** To somebody who is blocked and asks. Meant to be ephemeral. */
export function blockedCard(): Card {
  return createCard({ color: COLOURS.refused, title: 'Not here', description: 'A moderator of this server keeps you from asking for pictures here. Write to them if that is a mistake.', footer: { text: 'Nothing was charged.' } });
}
