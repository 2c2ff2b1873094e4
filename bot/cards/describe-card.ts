import type { Job, Work } from '../../core/job.ts';
import type { StoredPicture } from '../../core/ledger/row.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { promptText, secondPromptField } from './prompt-text.ts';
import { credits, messageLink, modelTitle } from './wording.ts';

/** Escaped it may become twice as long; a field holds 1,024. */
const MAX_SECOND_PROMPT_LENGTH = 480;

/** Every setting that a picture was painted with, each to be copied. Meant to be ephemeral. */
export function describeCard(described: { readonly job: Job; readonly pictures: readonly StoredPicture[]; readonly cost: number }): Card {
  const { job, pictures, cost } = described;
  const { work } = job;
  const settings: [string, string | number][] = [
    ['model', work.model],
    ['seed', pictures.map(({ seed }) => seed).join(', ')],
    ['steps', work.steps],
    ['guidance', work.guidanceScale],
    ['size', sizes(pictures)],
    ...given('sampler', work.sampler),
    ...given('style', work.style),
    ...given('lora', work.loras?.map(({ name, strength }) => `${name}:${strength}`).join(', ')),
    ...given('clip_skip', work.clipSkip),
    ...given('rescale', work.guidanceRescale),
    ...given('handover', work.handover),
    ...ownSettings(work),
  ];
  const facts = [
    `Painted by ${modelTitle(work.model)} for <@${job.userId}>, <t:${Math.floor(job.createdAt / 1000)}:f>, for ${credits(cost)}.`,
    ...(work.kind === 'imagine' ? [] : [`Made from [this picture](${messageLink(job.guildId, work.source.channelId, work.source.messageId)}), number ${work.source.index + 1}.`]),
  ];
  return createCard({
    color: COLOURS.about,
    title: 'How it was painted',
    description: promptText(work),
    fields: [
      ...secondPromptField(work, MAX_SECOND_PROMPT_LENGTH),
      { name: 'Settings', value: `\`\`\`\n${settings.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\`\`\`` },
      { name: 'About it', value: facts.join('\n') },
    ],
  });
}

/** What was not chosen is not shown. */
function given(name: string, value: string | number | undefined): [string, string | number][] {
  return value === undefined ? [] : [[name, value]];
}

function ownSettings(work: Work): [string, string | number][] {
  switch (work.kind) {
    case 'imagine':
      return [['count', work.count], ['refine', work.refine], ...given('image', work.image && 'attached'), ...given('mask', work.mask && 'attached'), ...given('strength', work.strength), ...given('refine_strength', work.refineStrength)];
    case 'refine':
      return [['refine', 'SDEdit'], ['strength', work.strength]];
    case 'finish':
      return [['refine', 'ensemble, later']];
    case 'vary':
      return [['variation', work.strength], ['refine', work.refine]];
    case 'upscale':
      return [['upscale', work.scale]];
  }
}

/** As painted, before upscaling. */
function sizes(pictures: readonly StoredPicture[]): string {
  return [...new Set(pictures.map(({ width, height }) => `${width} × ${height}`))].join(', ');
}
