import { expect, it } from 'vitest';
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
