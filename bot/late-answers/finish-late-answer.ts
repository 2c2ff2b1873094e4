import * as v from 'valibot';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { handleInteraction } from '../interactions/handle-interaction.ts';
import type { LatePorts } from '../ports.ts';
import { TokenExpired } from '../rest/discord-errors.ts';
import { type Deferred, deliverLateAnswer } from './deliver-late-answer.ts';

/** `gave-up`: whoever tried before died of it, and the person was told that it broke. `too-late`: nobody can be told any more. */
export type Finished = 'answered' | 'gave-up' | 'too-late';

/** Each try may have been ended from outside: out of memory, out of time. */
const MOST_TRIES = 2;

/** What the late answers' queue carries. */
const message = v.object({ receivedAt: v.number(), interaction: v.looseObject({ id: v.string(), application_id: v.string(), token: v.string() }) });

/**
 * Finishes an interaction of the late answers' queue: its handler runs again, since whoever deferred it is gone, and this time
 * its late part too.
 * @param receiveCount how often the queue offered this message, this time included
 * @throws {DiscordError} when trying again later may help
 */
export async function finishLateAnswer(body: string, receiveCount: number, ports: LatePorts): Promise<Finished> {
  const { receivedAt, interaction } = v.parse(message, JSON.parse(body));
  const to: Deferred = { id: interaction.id, applicationId: interaction.application_id, token: interaction.token };
  if (ports.now() - receivedAt > INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) return 'too-late';
  try {
    if (receiveCount > MOST_TRIES) {
      await ports.discord.editOriginal(to.applicationId, to.token, refusalCard({ kind: 'broke' }));
      return 'gave-up';
    }
    const answer = await handleInteraction(interaction, ports, receivedAt);
    // Answered at once this time: what it asked about went away in between.
    const late = 'later' in answer ? answer : { later: async () => refusalCard({ kind: 'broke' }) };
    await deliverLateAnswer(late, to, ports);
    return 'answered';
  } catch (error) {
    if (error instanceof TokenExpired) return 'too-late';
    throw error;
  }
}
