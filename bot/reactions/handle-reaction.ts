import type { Job } from '../../core/job.ts';
import { thriftyWork } from '../../core/budget/thrifty-work.ts';
import type { Member } from '../../core/ledger/admit.ts';
import { modelOfWork } from '../../core/model-for.ts';
import { notAllowed } from '../../core/place-settings/place-settings.ts';
import type { AdmissionOutcome } from '../admission/admit-job.ts';
import { admitJob } from '../admission/admit-job.ts';
import { settingsHere } from '../admission/ask-for-job.ts';
import { type Card, asReply } from '../cards/card.ts';
import { failureCard, failurePost } from '../cards/failure-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { notAllowedCard } from '../cards/settings-card.ts';
import { modelTitle } from '../cards/wording.ts';
import { reasonOf } from '../log.ts';
import { moderate, obstacleCard } from '../moderation/moderate.ts';
import type { Ports } from '../ports.ts';
import type { Discord } from '../rest/discord.ts';
import { canBeAskedFor } from '../waiting/known-offer.ts';
import type { Debounce } from './debounce.ts';
import type { Reaction } from './reaction.ts';
import { parseReaction, wishOf } from './reaction.ts';
import { refineJob } from './refine-job.ts';
import { type Refusal, tellReactor } from './tell-reactor.ts';

export interface ReactionPorts extends Ports {
  /** The bot's own user. */
  readonly botUserId: string;
  readonly discord: Ports['discord'] & Pick<Discord, 'post' | 'typing'>;
  /** Whether the bot may answer under its messages in this channel of a server. */
  readonly mayReplyIn: (channelId: string) => Promise<boolean>;
  /** Whether somebody with these roles manages the server: a reaction does not say. */
  readonly managesServer: (member: { readonly guildId: string; readonly userId: string; readonly roleIds: readonly string[] }) => Promise<boolean>;
  /** Keeps people from being told the same again and again. */
  readonly mayTell: Debounce;
  /** How long a note in a channel stays; a quarter of a minute by default. */
  readonly noteStaysMs?: number;
}

/**
 * ✨ under one of our pictures: a job for each picture it asks for, paid by whoever reacted. A job's outcome for each
 * picture comes back, in order; none when the reaction is no concern of ours.
 *
 * Only ids of the reaction are used, so messages from before the bot's start need no fetching.
 */
export async function handleReaction(raw: unknown, ports: ReactionPorts): Promise<readonly AdmissionOutcome[]> {
  const reaction = parseReaction(raw);
  const wish = wishOf(reaction?.emoji ?? null);
  if (!reaction || wish === undefined) return [];
  if (reaction.byBot || reaction.userId === ports.botUserId) return [];
  const { jobs, member } = await jobsFor(reaction, wish, ports);
  if (jobs.length === 0) return [];
  if (reaction.guildId !== null && !(await ports.mayReplyIn(reaction.channelId))) {
    ports.log.info({ event: 'reaction:ignore:no-permission', message: reaction.messageId }, 'the bot may not reply there');
    return [];
  }
  const budget = await ports.budget?.();
  if (budget?.stage === 'spent') {
    await tellReactor(reaction, { card: refusalCard({ kind: 'budget-spent', resetsAt: budget.resetsAt }), isPrivate: true }, ports);
    return [];
  }
  const [first] = jobs;
  const refusal = first && (await refusalOf(first, reaction, member, ports));
  if (refusal) {
    await tellReactor(reaction, refusal, ports);
    return [];
  }
  // One after the other: when credits suffice for some only, they are the first ones.
  const outcomes: AdmissionOutcome[] = [];
  for (const job of jobs) outcomes.push(await admitJob(budget?.stage === 'saving' ? { ...job, work: thriftyWork(job.work) } : job, ports, Infinity, member));
  await tell(reaction, jobs, outcomes, ports);
  return outcomes;
}

interface Wanted {
  readonly jobs: readonly Job[];
  readonly member?: Member;
}
const NOTHING: Wanted = { jobs: [] };

async function jobsFor(reaction: Reaction, wish: 'all' | number, { ledger, now }: ReactionPorts): Promise<Wanted> {
  const posted = await ledger.findByMessage(reaction.messageId);
  const pictures = posted?.row.pictures;
  if (!posted || !pictures) return NOTHING;
  const model = modelOfWork(posted.row.job.work);
  const jobs = pictures.flatMap((picture, index) => {
    const wanted = wish === 'all' || wish === index;
    if (!wanted) return [];
    const original = { row: posted.row, picture, index, channelId: reaction.channelId, messageId: reaction.messageId };
    return [refineJob(reaction, original, model, now())];
  });
  // The gateway does not say which channel a thread belongs to; whoever asked for the picture there did.
  return { jobs, member: { roleIds: reaction.roleIds, parentChannelId: posted.row.channelIds.find((id) => id !== reaction.channelId) } };
}

/**
 * Says how it went: a job in line by "is typing…", as its reply comes later; want of credits to the person alone;
 * a failure under the picture, once.
 */
async function tell(reaction: Reaction, jobs: readonly Job[], outcomes: readonly AdmissionOutcome[], ports: ReactionPorts): Promise<void> {
  try {
    if (outcomes.some(({ kind }) => kind === 'admitted')) await ports.discord.typing(reaction.channelId);
    const outOfCredits = outcomes.find((outcome) => outcome.kind === 'out-of-credits');
    if (outOfCredits) await tellReactor(reaction, { card: refusalCard({ ...outOfCredits, ...outOfCredits.balance }), isPrivate: true }, ports);
    const failed = outcomes.findIndex(({ kind }) => kind === 'not-queued' || kind === 'too-slow');
    const job = jobs[failed];
    if (job) await ports.discord.post(reaction.channelId, asReply(failurePost({ job, reason: 'not-queued' }), reaction.messageId));
  } catch (error) {
    ports.log.warn({ event: 'reaction:tell:failed', message: reaction.messageId, reason: reasonOf(error) }, 'nobody could be told');
  }
}

function openly(card: Card): Refusal {
  return { card, isPrivate: false };
}

/** Why it is not painted, in the order in which `/imagine` asks. All pictures of a message came from one prompt, so one look is enough. */
async function refusalOf(job: Job, reaction: Reaction, member: Member | undefined, ports: ReactionPorts): Promise<Refusal | undefined> {
  const { channelId, guildId, userId, roleIds } = reaction;
  const place = { guildId, channelId, parentChannelId: member?.parentChannelId };
  const [places, obstacle, isManager, isOffered] = await Promise.all([
    settingsHere(place, {}, ports),
    moderate(job, ports),
    guildId !== null && ports.managesServer({ guildId, userId, roleIds }),
    canBeAskedFor(job.work.model, ports),
  ]);
  if (!places) return openly(failureCard({ job, reason: 'not-queued' }));
  const reason = notAllowed(places, job.work, { roleIds, isManager });
  if (reason) return openly(notAllowedCard(reason, places));
  if (!isOffered) return openly(refusalCard({ kind: 'model-away', model: modelTitle(job.work.model) }));
  return obstacle && { card: await obstacleCard(obstacle, job, ports, false), isPrivate: true };
}
