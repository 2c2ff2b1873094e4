import { thriftyChanges, thriftyWork } from '../../core/budget/thrifty-work.ts';
import type { Job, Reply, Work } from '../../core/job.ts';
import { JOB_VERSION } from '../../core/job.ts';
import { type PlaceSettings, notAllowed } from '../../core/place-settings/place-settings.ts';
import type { Card } from '../cards/card.ts';
import { cancelRow } from '../cards/cancel-button.ts';
import { failureCard } from '../cards/failure-card.ts';
import { queuedCard } from '../cards/queued-card.ts';
import { notAllowedCard } from '../cards/settings-card.ts';
import { modelTitle } from '../cards/wording.ts';
import { reasonOf } from '../log.ts';
import { moderate, obstacleCard } from '../moderation/moderate.ts';
import { mayManage } from '../quota/options.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Asked } from '../interactions/interaction.ts';
import { missingForBot, missingForMember } from '../interactions/permissions.ts';
import type { Ports } from '../ports.ts';
import { canBeAskedFor } from '../waiting/known-offer.ts';
import { readOutlook, waitOf } from '../waiting/read-outlook.ts';
import { admitJob } from './admit-job.ts';
import { type LookAhead, lookAhead } from './look-ahead.ts';

/**
 * Discord waits three seconds for the first answer; what is left of them after this is for the answer's way back.
 *
 * The answer is direct, not deferred: a deferred one must say beforehand whether everyone or only the asker will see it,
 * which is known only when the ledger has spoken, and a Lambda stops when it has answered.
 */
const ADMIT_WITHIN_MS = 2200;

export interface Wish {
  readonly work: Work;
  /** The job's id; the interaction's own by default, which makes a job of its own of each interaction. */
  readonly id?: string;
  /** What holds in this channel, where that was read already. */
  readonly settings?: PlaceSettings;
  /** What is being read of the asker already. */
  readonly ahead?: LookAhead;
  /** Only the asker is to see the answer. */
  readonly isPrivate?: boolean;
  /** Behind a spoiler, whatever the screen says. */
  readonly spoiler?: boolean;
  /** Where the answer goes; into the interaction's own response by default. */
  readonly reply?: Reply;
}

/** How asking ended; `card` tells it. A job in line is told to everyone, anything else to the asker alone. */
export type AskOutcome =
  | { readonly kind: 'in-line'; readonly job: Job; readonly card: Card }
  /** The job had been asked for before; nothing was charged now. */
  | { readonly kind: 'already-asked'; readonly jobId: string; readonly card: Card }
  | { readonly kind: 'refused'; readonly card: Card };

/**
 * The one way from an interaction to a job in line, be it `/imagine`, a button or a message command: who may, then what it
 * costs, then the queue.
 */
export async function askForJob(interaction: Asked, wish: Wish, ports: Ports): Promise<AskOutcome> {
  const { receivedAt } = interaction;
  const botLacks = missingForBot(interaction.botPermissions ?? ALL, interaction);
  if (botLacks.length > 0) return refused({ kind: 'bot-lacks-permissions', missing: botLacks });
  const memberLacks = missingForMember(interaction.memberPermissions ?? ALL, interaction);
  if (memberLacks.length > 0) return refused({ kind: 'member-lacks-permissions', missing: memberLacks });

  const { standing, foreseen } = wish.ahead ?? lookAhead(interaction, ports);
  const budget = await ports.budget?.();
  if (budget?.stage === 'spent') return refused({ kind: 'budget-spent', resetsAt: budget.resetsAt });
  const work = budget?.stage === 'saving' ? thriftyWork(wish.work) : wish.work;

  const job: Job = {
    version: JOB_VERSION,
    id: wish.id ?? interaction.id,
    createdAt: receivedAt,
    userId: interaction.userId,
    guildId: interaction.guildId,
    channelId: interaction.channelId,
    reply: wish.reply ?? { kind: 'interaction', applicationId: interaction.applicationId, token: interaction.token, receivedAt },
    work,
    ...(wish.isPrivate && { private: true }),
    ...(wish.spoiler && { spoiler: true }),
    ...(interaction.isAgeRestricted && { ageRestricted: true }),
    ...(interaction.attachmentBytes !== undefined && { attachmentBytes: interaction.attachmentBytes }),
  };
  const [places, obstacle, isOffered] = await Promise.all([settingsHere(interaction, wish, ports), moderate(job, ports, standing), canBeAskedFor(job.work.model, ports)]);
  if (!places) return { kind: 'refused', card: failureCard({ job, reason: 'not-queued' }) };
  const reason = notAllowed(places, job.work, { roleIds: interaction.memberRoleIds, isManager: mayManage(interaction) });
  if (reason) return { kind: 'refused', card: notAllowedCard(reason, places) };
  if (!isOffered) return refused({ kind: 'model-away', model: modelTitle(job.work.model) });
  if (obstacle) return { kind: 'refused', card: await obstacleCard(obstacle, job, ports) };

  const member = { roleIds: interaction.memberRoleIds, parentChannelId: interaction.parentChannelId };
  const [outcome, outlook] = await Promise.all([admitJob(job, ports, receivedAt + ADMIT_WITHIN_MS, member, await foreseen), readOutlook(ports)]);
  switch (outcome.kind) {
    case 'admitted':
      return { kind: 'in-line', job, card: queuedCard({ job, savings: thriftyChanges(wish.work, work), ahead: outcome.position, cost: outcome.cost, left: outcome.balance.left, buttons: [cancelRow(job.id, ports.customIds)], ...(outlook && { wait: waitOf(outlook, job, outcome.position) }) }) };
    case 'already-admitted':
      return { kind: 'already-asked', jobId: job.id, card: refusalCard({ kind: 'already-asked' }) };
    case 'out-of-credits':
      return refused({ kind: 'out-of-credits', cost: outcome.cost, ...outcome.balance });
    case 'not-queued':
    case 'too-slow':
      return { kind: 'refused', card: failureCard({ job, reason: outcome.kind }) };
  }
}

/** What holds in this channel; `undefined` when that cannot be read, as then nobody knows what is allowed. */
export async function settingsHere({ guildId, channelId, parentChannelId }: Pick<Asked, 'guildId' | 'channelId' | 'parentChannelId'>, { settings }: Pick<Wish, 'settings'>, { ledger, log }: Ports): Promise<PlaceSettings | undefined> {
  if (settings) return settings;
  try {
    return await ledger.places.effective(guildId, parentChannelId === undefined ? [channelId] : [parentChannelId, channelId]);
  } catch (error) {
    log.error({ event: 'settings:read:failed', reason: reasonOf(error) }, 'the settings of a place could not be read');
    return undefined;
  }
}

function refused(refusal: Parameters<typeof refusalCard>[0]): AskOutcome {
  return { kind: 'refused', card: refusalCard(refusal) };
}

/** In direct messages there is nothing to lack. */
const ALL = ~0n;
