import type { Job } from '../../core/job.ts';
import type { Member } from '../../core/ledger/admit.ts';
import { modelOf } from '../../core/model.ts';
import type { AdmissionOutcome } from '../admission/admit-job.ts';
import { admitJob } from '../admission/admit-job.ts';
import { type Card, asReply } from '../cards/card.ts';
import { failurePost } from '../cards/failure-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { reasonOf } from '../log.ts';
import { type Obstacle, moderate, obstacleCard } from '../moderation/moderate.ts';
import type { Ports } from '../ports.ts';
import type { Discord } from '../rest/discord.ts';
import { Unreachable } from '../rest/discord-errors.ts';
import type { Reaction } from './reaction.ts';
import { parseReaction, wishOf } from './reaction.ts';
import { refineJob } from './refine-job.ts';

export interface ReactionPorts extends Ports {
  /** The bot's own user. */
  readonly botUserId: string;
  readonly discord: Ports['discord'] & Pick<Discord, 'post' | 'typing'>;
  /** Whether the bot may answer under its messages in this channel of a server. */
  readonly mayReplyIn: (channelId: string) => Promise<boolean>;
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
  const [first] = jobs;
  const obstacle = first && (await moderate(first, ports));
  if (obstacle) {
    await tellObstacle(obstacle, first, ports);
    return [];
  }
  // One after the other: when credits suffice for some only, they are the first ones.
  const outcomes: AdmissionOutcome[] = [];
  for (const job of jobs) outcomes.push(await admitJob(job, ports, Infinity, member));
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
  const model = modelOf(posted.row.job.work.model);
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
    if (outOfCredits) await tellInPrivate(reaction.userId, refusalCard({ ...outOfCredits, ...outOfCredits.balance }), ports);
    const failed = outcomes.findIndex(({ kind }) => kind === 'not-queued' || kind === 'too-slow');
    const job = jobs[failed];
    if (job) await ports.discord.post(reaction.channelId, asReply(failurePost({ job, reason: 'not-queued' }), reaction.messageId));
  } catch (error) {
    ports.log.warn({ event: 'reaction:tell:failed', message: reaction.messageId, reason: reasonOf(error) }, 'nobody could be told');
  }
}

/** All pictures of a message came from one prompt, so one look is enough; what stands in the way is told as credits are. */
async function tellObstacle(obstacle: Obstacle, job: Job, ports: ReactionPorts): Promise<void> {
  try {
    await tellInPrivate(job.userId, await obstacleCard(obstacle, job, ports, false), ports);
  } catch (error) {
    ports.log.warn({ event: 'reaction:tell:failed', job: job.id, reason: reasonOf(error) }, 'nobody could be told');
  }
}

/**
 * Credits are a private matter: they are told in a direct message, or not at all where those are closed. A reply in the
 * channel would tell everyone, and ping for nothing.
 */
async function tellInPrivate(userId: string, card: Card, { discord, log }: ReactionPorts): Promise<void> {
  try {
    await discord.directMessage(userId, card);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    log.info({ event: 'reaction:tell:closed' }, 'someone has closed their direct messages');
  }
}
