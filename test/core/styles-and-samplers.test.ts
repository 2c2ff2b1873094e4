import { expect, test } from 'vitest';
import { SAMPLER_LABELS } from '../../core/samplers.ts';
import { STYLES, inStyle } from '../../core/styles.ts';
import { SAMPLERS } from '../../gpu-worker/sdxl/samplers/named-samplers.ts';

test('the samplers that can be asked for are the engine’s, by the same names', () => {
  expect(SAMPLER_LABELS).toEqual(Object.fromEntries(Object.entries(SAMPLERS).map(([name, { label }]) => [name, label])));
});

test('a style stands around the prompt and behind the negative one, whatever the prompt holds', () => {
  expect(inStyle({ prompt: 'a $& fox', negativePrompt: null, style: 'ink' })).toEqual({ prompt: 'ink drawing of a $& fox, fine hatching, black lines on white paper', negativePrompt: STYLES.ink.negative });
  expect(inStyle({ prompt: 'p', negativePrompt: 'snow', style: 'ink' }).negativePrompt).toBe(`snow, ${STYLES.ink.negative}`);
  expect(inStyle({ prompt: 'p', negativePrompt: null })).toEqual({ prompt: 'p', negativePrompt: null });
  for (const { prompt } of Object.values(STYLES)) expect(prompt.split('{prompt}')).toHaveLength(2);
});
