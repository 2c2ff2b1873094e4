import { DEMO } from '../../core/model.ts';
import { paintWishes } from '../../gpu-worker/gallery/paint-wishes.ts';
import { drawingPrompts } from './drawing-prompts.ts';
import type { NamedPicture } from './photographs.ts';

/** What the demo model paints of prompts of every kind that it knows: 128 × 128 pixels, before they are enlarged. */
export async function* paintDrawings(count: number): AsyncGenerator<NamedPicture> {
  const wishes = drawingPrompts(count).map((prompt, seed) => ({ prompt, seed }));
  let done = 0;
  for await (const picture of paintWishes(wishes, { steps: DEMO.steps, provider: 'cpu' })) yield { name: wishes[done++]?.prompt ?? '', picture };
}
