import { describe, expect, test } from 'vitest';
import { BadUsage } from '../../../../gpu-worker/sdxl/cli/option-values.ts';
import { parseOptions } from '../../../../gpu-worker/sdxl/cli/options.ts';

const parse = (...args: readonly string[]) => parseOptions(['--prompt', 'x', '--out', 'x.png', ...args], () => 77);

describe('the options of npm run sdxl', () => {
  test('default to the demo model, the ensemble, and a seed that is chosen', () => {
    expect(parse()).toMatchObject({
      base: expect.stringMatching(/demo-model.base$/),
      refiner: expect.stringMatching(/demo-model.refiner$/),
      refine: 'ensemble',
      seed: 77,
      negativePrompt: null,
      width: undefined,
    });
  });

  test('take no refiner from the demo model for a base of one\'s own', () => {
    expect(parse('--base', 'mine')).toMatchObject({ base: 'mine', refiner: undefined, refine: 'none' });
    expect(parse('--base', 'mine', '--refiner', 'other')).toMatchObject({ refiner: 'other', refine: 'ensemble' });
  });

  test('do not load a refiner that is not wanted', () => {
    expect(parse('--refine', 'none')).toMatchObject({ refiner: undefined });
  });

  test('tell an empty negative prompt from none', () => {
    expect(parse('--negative', '')).toMatchObject({ negativePrompt: '' });
  });

  test.each([
    [['--steps', 'ten'], '--steps is ten: give a number from 1 to 1000'],
    [['--steps', '2.5'], '--steps is 2.5: give a whole number'],
    [['--seed', ''], '--seed is '],
    [['--count', '99'], '--count is 99: give a number from 1 to 16'],
    [['--guidance', 'NaN'], '--guidance is NaN'],
    [['--refine', 'twice'], 'one of ensemble, two-stage, none'],
    [['--base', 'mine', '--refine', 'ensemble'], 'give --refiner DIR'],
    [['--out', 'x.jpg'], 'ends in .png'],
    [['--sampler', 'eular'], 'give one of euler, euler-karras'],
    [['--original-size', '1024'], 'give width x height'],
    [['--crop', '5'], 'give left,top'],
    [['--handover', 'soft'], 'one of as-diffusers, consistent'],
    [['--mask', 'm.png'], 'give --image FILE too'],
    [['--image-strength', '0.5'], 'give --image FILE too'],
    [['--colour', 'red'], '--colour'],
    [['stray'], 'stray'],
  ])('refuse %j, saying what to write', (args, message) => {
    expect(() => parse(...args)).toThrow(BadUsage);
    expect(() => parse(...args)).toThrow(message);
  });

  test('read sizes width first, as people write them, and LoRA files with a strength', () => {
    expect(parse('--original-size', '1024x768', '--crop', '16,32')).toMatchObject({ microConditioning: { originalSize: { width: 1024, height: 768 }, cropTopLeft: { left: 16, top: 32 } } });
    expect(parse('--lora', 'a=b.safetensors', '--lora', 'c.safetensors=-0.5')).toMatchObject({
      loras: [
        { file: 'a=b.safetensors', strength: 1 },
        { file: 'c.safetensors', strength: -0.5 },
      ],
      refinerLoras: [],
    });
  });

  test('take prompts as plain text unless --weighted', () => {
    expect(parse()).toMatchObject({ promptSyntax: 'plain' });
    expect(parse('--weighted')).toMatchObject({ promptSyntax: 'weighted' });
  });

  test('repaint a picture in part, and a masked place whole, unless told how much', () => {
    expect(parse()).toMatchObject({ from: undefined });
    expect(parse('--image', 'a.png')).toMatchObject({ from: { image: 'a.png', strength: 0.6 } });
    expect(parse('--image', 'a.png', '--mask', 'm.png')).toMatchObject({ from: { mask: 'm.png', strength: 1 } });
    expect(parse('--image', 'a.png', '--mask', 'm.png', '--image-strength', '0.4')).toMatchObject({ from: { strength: 0.4 } });
  });

  test('need a prompt and a file', () => {
    expect(() => parseOptions(['--out', 'x.png'], () => 1)).toThrow('Say what to paint');
    expect(() => parseOptions(['--prompt', 'x'], () => 1)).toThrow('Say where to write');
    expect(parseOptions(['--help'], () => 1)).toBeUndefined();
  });
});
