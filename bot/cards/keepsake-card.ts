import type { Job } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { altText } from './plain-text.ts';
import { promptText } from './prompt-text.ts';
import { recipe } from './wording.ts';

/** Pictures that someone had sent to themselves; the files sent along are `filenames`, in order. */
export function keepsakeCard({ job, filenames, link }: { readonly job: Pick<Job, 'work'>; readonly filenames: readonly string[]; readonly link: string }): Card {
  const { work } = job;
  const card = createCard(
    { color: COLOURS.done, description: promptText(work), fields: [{ name: 'How', value: `seed \`${work.seed}\` · ${recipe(work)}` }] },
    filenames.map((filename, index) => ({ id: String(index), filename, description: altText(work.prompt, index, filenames.length) })),
  );
  return { ...card, content: `📩 from ${link}` };
}

/** Says that it worked, to whoever pressed. */
export function sentCard(): Card {
  return createCard({ color: COLOURS.done, title: '📩 Sent to your direct messages' });
}
