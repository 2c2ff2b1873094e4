import { type Random, seededRandom } from '../storms/random.ts';

const COLOURS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'black', 'white', 'gray', 'cyan'] as const;
const THINGS = [
  'circle', 'square', 'triangle', 'star', 'heart', 'moon', 'ring', 'cross', 'diamond', 'hexagon', 'cube', 'sphere', 'cone',
  'house', 'tree', 'flower', 'fish', 'boat', 'mushroom', 'cat', 'car', 'face',
] as const;
const RELATIONS = ['to the left of', 'above', 'on top of', 'next to', 'inside'] as const;
const PLACES = ['on green grass', 'in the snow', 'in the desert', 'on the sea at sunset', 'under a yellow sun', 'at night under the moon'] as const;
const STYLES = ['watercolor painting', 'pixel art', 'neon sign', 'pencil sketch'] as const;

const FORMS: readonly [Form, ...Form[]] = [
  ({ pick }) => `a ${pick(COLOURS)} ${pick(THINGS)}`,
  ({ pick }) => `a ${pick(COLOURS)} ${pick(THINGS)} on a ${pick(COLOURS)} background`,
  ({ pick }) => `a ${pick(COLOURS)} ${pick(THINGS)} ${pick(PLACES)}`,
  ({ pick }) => `a ${pick(COLOURS)} ${pick(THINGS)} ${pick(RELATIONS)} a ${pick(COLOURS)} ${pick(THINGS)}`,
  ({ pick }) => `${pick(STYLES)} of a ${pick(COLOURS)} ${pick(THINGS)}`,
];
type Form = (random: Random) => string;

/** Prompts of every kind that the demo model knows (its card lists them), the same each time. */
export function drawingPrompts(count: number): readonly string[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => random.pick(FORMS)(random));
}
