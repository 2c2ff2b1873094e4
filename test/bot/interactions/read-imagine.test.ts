import { describe, expect, test } from 'vitest';
import { readImagine } from '../../../bot/interactions/read-imagine.ts';
import { DEMO, SDXL } from '../../../core/model.ts';
import { parseJob, serializeJob } from '../../../core/job.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { NASTY_PROMPTS } from '../cards/nasty-prompts.ts';

const read = (options: Record<string, string | number | boolean>, model = DEMO) => readImagine(new Map(Object.entries(options)), model, () => 4242);

test('a prompt alone is painted with the model’s own settings and a random seed', () => {
  expect(read({ prompt: 'a red house' })).toEqual({
    kind: 'imagine',
    model: 'demo',
    prompt: 'a red house',
    negativePrompt: null,
    width: 128,
    height: 128,
    steps: 25,
    guidanceScale: 5,
    seed: 4242,
    count: 1,
    refine: 'ensemble',
  });
});

test('every option arrives in the job', () => {
  const all = { prompt: 'p', negative: 'n', aspect: 'wide', steps: 12, guidance: 7.5, seed: 0, count: 4, refine: 'two-stage' };
  expect(read(all, SDXL)).toEqual({
    kind: 'imagine',
    model: 'sdxl',
    prompt: 'p',
    negativePrompt: 'n',
    width: 1344,
    height: 768,
    steps: 12,
    guidanceScale: 7.5,
    seed: 0,
    count: 4,
    refine: 'two-stage',
  });
});

test.each([
  [{ prompt: '' }, { kind: 'prompt-empty' }],
  [{ prompt: ' \n\t\u200E ' }, { kind: 'prompt-empty' }],
  [{}, { kind: 'prompt-empty' }],
  [{ prompt: 'x'.repeat(1001) }, { kind: 'prompt-too-long', option: 'prompt', length: 1001, max: 1000 }],
  [{ prompt: 'p', negative: 'x'.repeat(1234) }, { kind: 'prompt-too-long', option: 'negative', length: 1234, max: 1000 }],
  [{ prompt: 'p', steps: 0 }, { kind: 'out-of-range', option: 'steps', min: 1, max: 80, whole: true }],
  [{ prompt: 'p', steps: 2.5 }, { kind: 'out-of-range', option: 'steps', min: 1, max: 80, whole: true }],
  [{ prompt: 'p', steps: Number.NaN }, { kind: 'out-of-range', option: 'steps', min: 1, max: 80, whole: true }],
  [{ prompt: 'p', guidance: 21 }, { kind: 'out-of-range', option: 'guidance', min: 1, max: 20, whole: false }],
  [{ prompt: 'p', seed: 2 ** 32 }, { kind: 'out-of-range', option: 'seed', min: 0, max: 2 ** 32 - 1, whole: true }],
  [{ prompt: 'p', count: 5 }, { kind: 'out-of-range', option: 'count', min: 1, max: 4, whole: true }],
  [{ prompt: 'p', count: '2' }, { kind: 'out-of-range', option: 'count', min: 1, max: 4, whole: true }],
  [{ prompt: 'p', aspect: '__proto__' }, { kind: 'not-a-choice', option: 'aspect' }],
  [{ prompt: 'p', refine: 'toString' }, { kind: 'not-a-choice', option: 'refine' }],
  [{ prompt: 'p', lora: 'x' }, { kind: 'unknown-option', option: 'lora' }],
])('%j is refused with the reason', (options: Record<string, string | number>, refusal) => {
  expect(read(options)).toMatchObject({ refusal });
});

test('a size that the model’s scale puts below the limits is refused', () => {
  expect(read({ prompt: 'p', aspect: 'cinema' }, { ...DEMO, edge: 64 })).toMatchObject({ refusal: { kind: 'size-unsupported', width: 96, height: 40 } });
});

describe('whatever is typed', () => {
  test('is one line, without characters that turn the direction of writing', () => {
    expect(read({ prompt: ' a\r\n house\t\u202Eesrever\u2066 \u2028b ' })).toMatchObject({ prompt: 'a house esrever b' });
  });
  test('keeps the joiners of emoji and the marks of languages', () => {
    expect(read({ prompt: '👩‍👩‍👧 می‌خواهم' })).toMatchObject({ prompt: '👩‍👩‍👧 می‌خواهم' });
  });
  test('survives the way over the queue unchanged', () => {
    for (const prompt of [...NASTY_PROMPTS, 'half a \uD83D pair']) {
      const work = read({ prompt, negative: prompt });
      if ('refusal' in work) throw new Error(`refused: ${work.refusal.kind}`);
      expect(parseJob(Buffer.from(serializeJob(imagineJob({ work }))).toString()).work).toEqual(work);
    }
  });
});
