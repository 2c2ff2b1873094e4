import type { Centicredits } from '../../core/credits.ts';
import type { Job, RefineWork } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard, mentioning } from './card.ts';
import { COLOURS } from './palette.ts';
import { altText } from './plain-text.ts';
import { promptText } from './prompt-text.ts';
import { credits, duration, messageLink, recipe } from './wording.ts';

/** One posted picture; the size is that of the file, after upscaling, in pixels. */
export interface ShownPicture {
  readonly filename: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The finished picture or pictures; file `i` sent along is `pictures[i]`. A refined picture mentions whoever asked for
 * it and links to its original: wrap it in `asReply` with the original's message id.
 */
export function pictureCard(finished: {
  readonly job: Pick<Job, 'userId' | 'guildId' | 'work'>;
  readonly pictures: readonly ShownPicture[];
  readonly tookMs: number;
  readonly cost: Centicredits;
  readonly left: Centicredits;
}): Card {
  const { job, pictures } = finished;
  const { work } = job;
  const card = createCard(
    {
      color: COLOURS.done,
      description: promptText(work),
      fields: [{ name: 'How', value: `${seeds(pictures)} · ${sizes(pictures)} · ${recipe(work)}` }],
      footer: { text: `${invitation(pictures.length)} · took ${duration(finished.tookMs)} · ${credits(finished.cost)} spent, ${credits(finished.left)} left` },
    },
    pictures.map(({ filename }, index) => ({ id: String(index), filename, description: altText(work.prompt, index, pictures.length) })),
  );
  if (work.kind === 'imagine') return card;
  return mentioning({ ...card, content: refinedFrom(work, job.guildId) }, job.userId);
}

function refinedFrom(work: RefineWork, guildId: string | null): string {
  return `✨ refined from [the original](${messageLink(guildId, work.source.channelId, work.source.messageId)})`;
}

/** Each in code of its own, as people copy them. */
function seeds(pictures: readonly ShownPicture[]): string {
  return `${pictures.length > 1 ? 'seeds' : 'seed'} ${pictures.map(({ seed }) => `\`${seed}\``).join(' ')}`;
}

function sizes(pictures: readonly ShownPicture[]): string {
  return [...new Set(pictures.map(({ width, height }) => `${width} × ${height}`))].join(', ');
}

function invitation(count: number): string {
  if (count === 1) return '✨ refines it, larger';
  return `${PICTURE_NUMBERS[0]}–${PICTURE_NUMBERS[count - 1]} refine one, ✨ all`;
}

/** The reaction that refines. */
export const REFINE_EMOJI = '✨';
/** The reactions that refine one picture of several, by its index. */
export const PICTURE_NUMBERS: readonly string[] = ['1️⃣', '2️⃣', '3️⃣', '4️⃣'];

/** The reactions to put under a posted message so that people find them, in order. */
export function invitingReactions(pictureCount: number): readonly string[] {
  return pictureCount === 1 ? [REFINE_EMOJI] : [...PICTURE_NUMBERS.slice(0, pictureCount), REFINE_EMOJI];
}
