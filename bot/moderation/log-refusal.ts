import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../core/job.ts';
import { refusedPromptCard } from '../cards/moderation-cards.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { tellModerators } from './tell-moderators.ts';
import type { WordRule } from './words/judge-prompt.ts';

/** The asker is waiting for their answer; a log entry that takes longer goes on where the process does. */
const WITHIN_MS = 900;

/** Shows moderators a prompt that a word rule refused, as long as there are not too many of them. Never throws. */
export async function logRefusal(job: Job, rule: WordRule, logChannelId: string | undefined, ports: Pick<Ports, 'ledger' | 'discord' | 'log'>): Promise<void> {
  const { guildId } = job;
  if (guildId === null || logChannelId === undefined) return;
  const patience = new AbortController();
  const telling = tell(guildId, logChannelId).catch((error: unknown) => ports.log.warn({ event: 'moderation:refusal:not-logged', job: job.id, reason: reasonOf(error) }, 'moderators were not told of a refused prompt'));
  await Promise.race([telling, sleep(WITHIN_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();

  async function tell(server: string, channelId: string): Promise<void> {
    const standing = await ports.ledger.moderation.countRefusal(server, job.userId);
    if (standing === 'hide') return;
    await tellModerators({ guildId: server, channelId }, refusedPromptCard(job, rule.by === 'server' ? rule.term : undefined, standing === 'last'), ports);
  }
}
