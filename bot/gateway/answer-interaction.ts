import * as v from 'valibot';
import { answerInTime } from '../interactions/answer-in-time.ts';
import { deliverLateAnswer, meanwhile } from '../late-answers/deliver-late-answer.ts';
import { reasonOf } from '../log.ts';
import type { LatePorts } from '../ports.ts';
import type { Discord } from '../rest/discord.ts';

const envelope = v.object({ id: v.string(), token: v.string(), application_id: v.optional(v.string(), '') });

/** Handles an interaction of the gateway and sends the answer over REST. Never throws. */
export async function answerInteraction(raw: unknown, ports: LatePorts, discord: Pick<Discord, 'respond'>): Promise<void> {
  const parsed = v.safeParse(envelope, raw);
  if (!parsed.success) {
    ports.log.warn({ event: 'interaction:parse:failed' }, 'an interaction has no id or token');
    return;
  }
  const { id, token, application_id: applicationId } = parsed.output;
  const answer = await answerInTime(raw, ports);
  try {
    if (!('later' in answer)) return await discord.respond(id, token, answer);
    await discord.respond(id, token, meanwhile(answer));
    await deliverLateAnswer(answer, { id, applicationId, token }, ports);
  } catch (error) {
    // A job that is in line stays there: with its token dead, the worker posts the picture to the channel.
    ports.log.warn({ event: 'interaction:respond:failed', interaction: id, reason: reasonOf(error) }, 'an answer did not arrive');
  }
}
