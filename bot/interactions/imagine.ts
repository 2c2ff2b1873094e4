import { askForJob, settingsHere } from '../admission/ask-for-job.ts';
import { lookAhead } from '../admission/look-ahead.ts';
import { knownLoraNames, knownModels } from '../waiting/known-offer.ts';
import { ephemerally, openly, refuse } from './answers.ts';
import type { CommandHandler } from './handler.ts';
import { readImagine } from './read-imagine.ts';

/** `/imagine`: from the options to a job in line, or to the reason why not. */
export const imagine: CommandHandler = async (interaction, ports) => {
  const { options, resolved } = interaction;
  const ahead = lookAhead(interaction, ports);
  const [settings, models, loraNames] = await Promise.all([settingsHere(interaction, {}, ports), knownModels(ports), knownLoraNames(ports)]);
  const asked = options.get('model') ?? settings?.model ?? ports.model.id;
  const model = models.find(({ id }) => id === asked);
  if (!model) return refuse({ kind: 'not-a-choice', option: 'model', choices: models.map(({ id }) => id) });
  const work = readImagine(options, model, ports.randomSeed, { attachments: resolved.attachments, defaults: settings ?? {}, loraNames });
  if ('refusal' in work) return refuse(work.refusal);
  const isPrivate = options.get('private') === true;
  const outcome = await askForJob(interaction, { work, isPrivate, spoiler: options.get('spoiler') === true, ahead, ...(settings && { settings }) }, ports);
  return outcome.kind === 'in-line' && !isPrivate ? openly(outcome.card) : ephemerally(outcome.card);
};
