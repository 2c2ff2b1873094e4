import { askForJob } from '../admission/ask-for-job.ts';
import { ephemerally, openly, refuse } from './answers.ts';
import type { CommandHandler } from './handler.ts';
import { readImagine } from './read-imagine.ts';

/** `/imagine`: from the options to a job in line, or to the reason why not. */
export const imagine: CommandHandler = async (interaction, ports) => {
  const work = readImagine(interaction.options, ports.model, ports.randomSeed);
  if ('refusal' in work) return refuse(work.refusal);
  const outcome = await askForJob(interaction, { work }, ports);
  return outcome.kind === 'in-line' ? openly(outcome.card) : ephemerally(outcome.card);
};
