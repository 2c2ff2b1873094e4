import { failureCard, failurePost } from '../../bot/cards/failure-card.ts';
import { Unreachable } from '../../bot/rest/discord-errors.ts';
import type { Discord } from '../../bot/rest/discord.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import type { Refused } from '../refused.ts';
import { type AnswerPorts, postAnswer } from './post-answer.ts';

export type TellPorts = AnswerPorts & { readonly discord: Pick<Discord, 'directMessage'> };

/**
 * Tells the person why a job came to nothing: where the picture would have been, else in a direct message.
 * @returns whether it reached them; a person whose channel and direct messages are both closed cannot be told
 * @throws {DiscordError} when trying again may help
 */
export async function tellRefusal(ports: TellPorts, row: Pick<JobRow, 'job' | 'attempt'>, { reason, detail }: Pick<Refused, 'reason' | 'detail'>): Promise<boolean> {
  const { job } = row;
  const failure = { job, reason, ...(detail !== undefined && { detail }) };
  const post = failurePost(failure);
  try {
    await postAnswer(ports, row, { edit: failureCard(failure), post, files: [] });
    return true;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  try {
    await ports.discord.directMessage(job.userId, post);
    return true;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}
