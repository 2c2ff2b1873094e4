import type { Centicredits } from '../../core/credits.ts';
import type { Job, Work } from '../../core/job.ts';
import type { StoredPicture } from '../../core/ledger/row.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import type { Row } from './components.ts';
import { COLOURS } from './palette.ts';
import { altText, escapeMarkdown, shorten } from './plain-text.ts';
import { promptText } from './prompt-text.ts';
import { credits, duration, messageLink, recipe } from './wording.ts';

/** One posted picture; the size is that of the file, after upscaling, in pixels. */
export interface ShownPicture {
  readonly filename: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  /** Where the lossless file is, when what was posted had to be made smaller. */
  readonly fullSizeUrl?: string;
}

export interface Finished {
  readonly job: Pick<Job, 'userId' | 'guildId' | 'work'>;
  readonly pictures: readonly ShownPicture[];
  /** File name of the picture as it was before, sent along first. */
  readonly before?: string;
  /** Which way a ✨ took. */
  readonly refinedBy?: NonNullable<StoredPicture['refinedBy']>;
  /** What made the posted file larger than it was painted. */
  readonly enlargedBy?: string;
  /** The end of the prompt that was not read. */
  readonly cut?: string;
  readonly buttons?: readonly Row[];
  /** What the buttons under several pictures cost (picture-buttons.ts), as theirs have numbers for labels. */
  readonly prices?: string;
  readonly tookMs: number;
  readonly cost: Centicredits;
  readonly left: Centicredits;
}

/** The finished picture or pictures; the files sent along are `before`, if there is one, then `pictures` in order. */
export function pictureCard(finished: Finished): Card {
  const { job, pictures, before, buttons, prices } = finished;
  const { work } = job;
  const afters = pictures.map(({ filename }, index) => ({ filename, description: altText(work.prompt, index, pictures.length) }));
  const shown = before === undefined ? afters : [{ filename: before, description: altText(`${work.prompt} (before it was refined)`, 0, 1) }, ...afters];
  const card = createCard(
    {
      color: COLOURS.done,
      description: promptText(work),
      fields: [
        { name: 'How', value: `${seeds(pictures)} · ${sizes(pictures)} · ${recipe(work)}` },
        ...leftOut(finished),
        ...fullSize(pictures),
        ...(prices !== undefined && pictures.length > 1 ? [{ name: 'With one of them', value: `${prices} credits` }] : []),
      ],
      footer: { text: footer(finished) },
    },
    shown.map((file, id) => ({ id: String(id), ...file })),
    buttons,
  );
  return work.kind === 'imagine' ? card : { ...card, content: madeFrom(work, finished) };
}

/** Links are long: four of them just fit into a field. */
function fullSize(pictures: readonly ShownPicture[]): { name: string; value: string }[] {
  const links = pictures.flatMap(({ fullSizeUrl }, index) => (fullSizeUrl === undefined ? [] : [`[${pictures.length > 1 ? `Picture ${index + 1}` : 'PNG'}](${fullSizeUrl})`]));
  return links.map((link, index) => ({ name: index === 0 ? 'Without loss, for a day' : '\u200B', value: link }));
}

const MOST_CUT_SHOWN = 200;

/** Whoever wrote more than the model reads is told where it stopped. */
function leftOut({ cut }: Finished): { name: string; value: string }[] {
  return cut === undefined ? [] : [{ name: 'Not read any more', value: `The prompt was too long; this end of it was left out: ${escapeMarkdown(shorten(cut, MOST_CUT_SHOWN))}` }];
}

const REFINED_WORDS: Readonly<Record<NonNullable<Finished['refinedBy']>, string>> = {
  ensemble: 'the refiner finished what the base had left unfinished (ensemble)',
  sdedit: 'the refiner painted over the finished picture (SDEdit)',
  'high-resolution': 'it was enlarged, and the refiner painted over it window by window (high-resolution refinement)',
};

/** What this is, and of what: people see it without opening anything. */
function madeFrom(work: Exclude<Work, { kind: 'imagine' }>, { job, refinedBy, enlargedBy, before }: Finished): string {
  const which = work.source.index === 0 ? 'the original' : `picture ${work.source.index + 1} of the original`;
  const original = `[${which}](${messageLink(job.guildId, work.source.channelId, work.source.messageId)})`;
  switch (work.kind) {
    case 'refine':
    case 'finish': {
      const beforeAndAfter = before === undefined ? '' : ', before and after';
      return `✨ refined from ${original}${beforeAndAfter}: ${REFINED_WORDS[refinedBy ?? 'sdedit']}`;
    }
    case 'vary':
      return `🎨 varied from ${original}`;
    case 'upscale':
      return `🔍 enlarged from ${original}${enlargedBy === undefined ? '' : ` by ${escapeMarkdown(enlargedBy)}`}`;
  }
}

function footer({ pictures, tookMs, cost, left, buttons }: Finished): string {
  const facts = `took ${duration(tookMs)} · ${credits(cost)} spent, ${credits(left)} left`;
  // Of several pictures the card has a field for that.
  return buttons === undefined || pictures.length > 1 ? facts : `${facts} · buttons name their price in credits`;
}

/** Each in code of its own, as people copy them. */
function seeds(pictures: readonly ShownPicture[]): string {
  return `${pictures.length > 1 ? 'seeds' : 'seed'} ${pictures.map(({ seed }) => `\`${seed}\``).join(' ')}`;
}

function sizes(pictures: readonly ShownPicture[]): string {
  return [...new Set(pictures.map(({ width, height }) => `${width} × ${height}`))].join(', ');
}

/** The reaction that refines. */
export const REFINE_EMOJI = '✨';
/** The reactions that refine one picture of several, by its index. */
export const PICTURE_NUMBERS: readonly string[] = ['1️⃣', '2️⃣', '3️⃣', '4️⃣'];

/** The reactions to put under a posted message so that people find them, in order. */
export function invitingReactions(pictureCount: number): readonly string[] {
  return pictureCount === 1 ? [REFINE_EMOJI] : [...PICTURE_NUMBERS.slice(0, pictureCount), REFINE_EMOJI];
}
