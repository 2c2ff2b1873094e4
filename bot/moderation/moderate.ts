import type { Job } from '../../core/job.ts';
import { modelOf } from '../../core/model.ts';
import { LICENCES, TERMS_VERSION } from '../../core/moderation/licence.ts';
import type { Standing } from '../../core/moderation/moderation-store.ts';
import type { Card } from '../cards/card.ts';
import { failureCard } from '../cards/failure-card.ts';
import { blockedCard } from '../cards/moderation-cards.ts';
import { type Terms, termsCard } from '../cards/terms-card.ts';
import { wordRuleCard } from '../cards/words-cards.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { logRefusal } from './log-refusal.ts';
import { type WordRule, judgePrompt } from './words/judge-prompt.ts';

/** What stands between a job and its admission. */
export type Obstacle =
  | ({ readonly kind: 'words'; readonly isLogged: boolean } & WordRule)
  /** A moderator of the server keeps them from asking there. */
  | { readonly kind: 'blocked' }
  /** The rules that the model's licence wants each person to know, in their present version, have not been accepted. */
  | ({ readonly kind: 'terms' } & Terms)
  /** What was accepted and what is forbidden could not be read, so nothing may be painted. */
  | { readonly kind: 'unknown' };

type ModerationPorts = Pick<Ports, 'ledger' | 'log' | 'termsAlways' | 'discord'>;

/**
 * Looks at a job before anything is charged: who asks, their words, then their acceptance of the model's rules. Moderators see words that are refused.
 * @param standing where it is being read already
 */
export async function moderate(job: Job, ports: ModerationPorts, standing?: Promise<Standing>): Promise<Obstacle | undefined> {
  const { id, userId, guildId, work } = job;
  const { ledger, log, termsAlways = false } = ports;
  const own = modelOf(work.model).licence;
  const asks = termsAlways || LICENCES[own].asksForRules;
  const licence = LICENCES[own].asksForRules ? own : 'open-rail-pp-m';
  try {
    const { terms, guild, isBlocked } = await (standing ?? ledger.moderation.standing(userId, guildId));
    if (isBlocked) return { kind: 'blocked' };
    const rule = judgePrompt(work.prompt2 === undefined ? work.prompt : `${work.prompt} \u2026 ${work.prompt2}`, guild);
    if (rule) {
      log.info({ event: 'job:moderate:words', job: id, by: rule.by }, 'a word rule applied');
      await logRefusal(job, rule, guild.logChannelId, ports);
      return { kind: 'words', ...rule, isLogged: guild.logChannelId !== undefined };
    }
    return asks && terms[licence]?.version !== TERMS_VERSION ? { kind: 'terms', licence, isModels: licence === own } : undefined;
  } catch (error) {
    log.error({ event: 'job:moderate:failed', job: id, reason: reasonOf(error) }, 'nobody knows what is forbidden, so nothing is painted');
    return { kind: 'unknown' };
  }
}

/**
 * What the asker is told, meant for them alone. A job that only lacks their acceptance is kept, and goes on when they accept.
 * @param keep `false` where the answer does not come as one to an interaction: they then ask once more
 */
export async function obstacleCard(obstacle: Obstacle, job: Job, { ledger, log, customIds }: Pick<Ports, 'ledger' | 'log' | 'customIds'>, keep = true): Promise<Card> {
  switch (obstacle.kind) {
    case 'words':
      return wordRuleCard(obstacle.by, obstacle.isLogged);
    case 'blocked':
      return blockedCard();
    case 'unknown':
      return failureCard({ job, reason: 'not-queued' });
    case 'terms': {
      const isKept = keep && (await kept());
      return termsCard(obstacle, customIds.write('accept-terms', obstacle.licence, String(TERMS_VERSION), ...(isKept ? [job.id] : [])), isKept);
    }
  }

  async function kept(): Promise<boolean> {
    try {
      await ledger.moderation.keepPending(job);
      return true;
    } catch (error) {
      log.warn({ event: 'terms:keep:failed', job: job.id, reason: reasonOf(error) }, 'a job must be asked for again after its terms');
      return false;
    }
  }
}
