import type { JobRow } from '../../core/ledger/row.ts';
import { once } from '../cards/card.ts';
import { type FailureReason, failureCard, failurePost, outOfReachPost } from '../cards/failure-card.ts';
import { Unreachable } from './discord-errors.ts';
import { type AnswerPorts, nonceOf, postAnswer } from './post-answer.ts';

/**
 * Tells the person why a job came to nothing: where the picture would have been, else in a direct message; of a private one, whose
 * place that is, the channel hears that its asker could not be reached.
 * @returns whether it reached them; a person whose channel and direct messages are both closed cannot be told
 * @throws {DiscordError} when trying again may help
 */
export async function tellFailure(ports: AnswerPorts, row: Pick<JobRow, 'job' | 'attempt' | 'answerPlace'>, { reason, detail }: { readonly reason: FailureReason; readonly detail?: string | undefined }): Promise<boolean> {
  const { job } = row;
  const failure = { job, reason, ...(detail !== undefined && { detail }) };
  try {
    await postAnswer(ports, row, { edit: failureCard(failure), post: failurePost(failure), files: [], pictures: 0 });
    return true;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  // What only they may see was tried there already. That they cannot be reached, the channel may know.
  const isInChannel = job.private === true && job.guildId !== null;
  try {
    if (isInChannel) await ports.discord.post(job.channelId, once(outOfReachPost(job), nonceOf(row)));
    else await ports.discord.directMessage(job.userId, failureCard(failure));
    return true;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}
