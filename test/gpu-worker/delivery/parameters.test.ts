import { expect, it } from 'vitest';
import { labelOf } from '../../../gpu-worker/delivery/label.ts';
import { parametersText } from '../../../gpu-worker/delivery/parameters.ts';

const work = {
  kind: 'imagine',
  model: 'demo',
  prompt: 'a red house',
  negativePrompt: 'blurry',
  width: 128,
  height: 128,
  steps: 25,
  guidanceScale: 5,
  seed: 7,
  count: 2,
  refine: 'ensemble',
} as const;
const facts = { seed: 8, width: 128, height: 128, model: 'demo', sampler: 'Euler' };

it('says how a picture was made, in the form that picture viewers read', () => {
  expect(parametersText(work, facts)).toBe(
    'a red house\nNegative prompt: blurry\nSteps: 25, Sampler: Euler, CFG scale: 5, Seed: 8, Size: 128x128, Model: demo, Refiner: ensemble',
  );
});

it('leaves the negative prompt out when there is none', () => {
  expect(parametersText({ ...work, negativePrompt: null, refine: 'none' }, facts)).toBe(
    'a red house\nSteps: 25, Sampler: Euler, CFG scale: 5, Seed: 8, Size: 128x128, Model: demo',
  );
});

it('says what was chosen beyond the usual, under the names that AUTOMATIC1111’s web UI has where it has one', () => {
  const chosen = { ...work, refine: 'two-stage', prompt2: 'oil, "thick" paint', clipSkip: 1, guidanceRescale: 0.7, handover: 0.6, refineStrength: 0.4, image: { url: 'https://a.example/b.png', bytes: 9 }, strength: 0.5 } as const;
  expect(parametersText(chosen, facts).split('Model: demo, ')[1]).toBe(
    String.raw`Clip skip: 3, CFG Rescale: 0.7, Refiner switch at: 0.6, Prompt 2: "oil, \"thick\" paint", Denoising strength: 0.5, Refiner: two-stage, Refiner strength: 0.4`,
  );
  expect(labelOf({ id: '1', work: chosen }, 0, facts, { metadata: 'everything' }).recipe).toMatchObject({ prompt2: 'oil, "thick" paint', clipSkip: 1, guidanceRescale: 0.7, denoisingEnd: 0.6, strength: 0.5, refineStrength: 0.4 });
});

it('says nothing of how a picture was made where only its origin may be told', () => {
  const { recipe, parameters } = labelOf({ id: '1', work }, 0, facts, { metadata: 'origin' });
  expect(parameters).toBeUndefined();
  expect(Object.keys(recipe).toSorted()).toEqual(['job', 'software', 'version']);
});
