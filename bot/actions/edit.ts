import { type ImagineWork, paintingOf } from '../../core/job.ts';
import { askForJob } from '../admission/ask-for-job.ts';
import { lookAhead } from '../admission/look-ahead.ts';
import { EDIT_FIELDS, editModal } from '../cards/edit-modal.ts';
import { ephemerally, openly, refuse } from '../interactions/answers.ts';
import type { Answer, ComponentHandler, MessageCommandHandler, ModalHandler } from '../interactions/handler.ts';
import type { ModalInteraction, OptionValue } from '../interactions/interaction.ts';
import { readImagine } from '../interactions/read-imagine.ts';
import type { Ports } from '../ports.ts';
import { knownLoraNames } from '../waiting/known-offer.ts';
import { type PostedPictures, picturesOfJob, picturesOfMessage } from './posted-pictures.ts';

/** ✏️: opens a form that holds how the picture was painted. */
export const edit: ComponentHandler = async (press, [jobId = ''], ports) => {
  const posted = await picturesOfJob(jobId, ports, { channelId: press.channelId, messageId: press.message.id });
  return posted ? openForm(posted, ports) : refuse({ kind: 'picture-gone' });
};

/** "Remix" on a message: the same form. */
export const remixCommand: MessageCommandHandler = async ({ message }, ports) => {
  const posted = await picturesOfMessage(message.id, ports);
  return posted ? openForm(posted, ports) : refuse({ kind: 'not-a-picture' });
};

/** The form sent: a job of its own, painted from the words up. */
export const editSubmit: ModalHandler = async (form, [jobId = ''], ports) => {
  const ahead = lookAhead(form, ports);
  const [posted, loraNames] = await Promise.all([picturesOfJob(jobId, ports, { channelId: form.channelId, messageId: '0' }), knownLoraNames(ports)]);
  if (!posted) return refuse({ kind: 'picture-gone' });
  const read = readImagine(optionsOf(form), posted.model, ports.randomSeed, { loraNames });
  if ('refusal' in read) return refuse(read.refusal);
  const { private: isPrivate = false, spoiler = false } = posted.row.job;
  const { prompt, negativePrompt, seed, steps, guidanceScale, loras } = read;
  // The form's prompt holds the tags: what was taken out of it is not wanted any more.
  const { loras: _, ...root } = await rootWork(posted, ports);
  const work = { ...root, prompt, negativePrompt, seed, steps, guidanceScale, ...(loras && { loras }) };
  const outcome = await askForJob(form, { work, ahead, isPrivate, spoiler }, ports);
  return outcome.kind === 'in-line' && !isPrivate ? openly(outcome.card) : ephemerally(outcome.card);
};

async function openForm(posted: PostedPictures, ports: Ports): Promise<Answer> {
  const { work, id } = posted.row.job;
  const filled = { ...(await rootWork(posted, ports)), seed: work.seed };
  return { type: 9, data: editModal(ports.customIds.write('edit', id), filled) };
}

/** As options of `/imagine`, which reads and checks them; what is left empty is left out. */
function optionsOf({ fields }: ModalInteraction): ReadonlyMap<string, OptionValue> {
  const typed = EDIT_FIELDS.map((name) => [name, (fields.get(name) ?? '').trim()] as const);
  return new Map(typed.filter(([, text]) => text !== '').map(([name, text]) => [name, name === 'prompt' || name === 'negative' ? text : Number(text.replace(',', '.'))]));
}

/** Pictures made from pictures made from …: deeper than anybody goes, and an end for whatever goes round. */
const MOST_GENERATIONS = 8;

/** The `/imagine` that a picture goes back to; when that is not known any more, one that paints at this picture's size. */
async function rootWork({ row, pictures }: PostedPictures, { ledger }: Ports): Promise<ImagineWork> {
  let ancestor: typeof row | undefined = row;
  for (let generation = 0; ancestor && generation < MOST_GENERATIONS; generation += 1) {
    const { work } = ancestor.job;
    if (work.kind === 'imagine') return work;
    ancestor = await ledger.find(work.source.jobId);
  }
  const [first] = pictures;
  return { ...paintingOf(row.job.work), ...(first && { width: first.width, height: first.height }), kind: 'imagine', count: 1, refine: 'ensemble' };
}
