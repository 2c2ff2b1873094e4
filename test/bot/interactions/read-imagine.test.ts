import { describe, expect, test } from 'vitest';
import { readImagine } from '../../../bot/interactions/read-imagine.ts';
import { DEMO, SDXL } from '../../../core/model.ts';
import { type ImagineWork, parseJob, serializeJob } from '../../../core/job.ts';
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

test('so do those that few ask for', () => {
  const all = { prompt: 'p', prompt2: 'q', clip_skip: 1, rescale: 0.7, handover: 0.9, refine_strength: 0.2, lora: 'Paper:0.5' };
  const work = read(all);
  expect(work).toMatchObject({ prompt2: 'q', clipSkip: 1, guidanceRescale: 0.7, handover: 0.9, refineStrength: 0.2, loras: [{ name: 'Paper', strength: 0.5 }] });
  expect(parseJob(serializeJob({ ...imagineJob(), work: work as ImagineWork })).work).toEqual(work);
});

test('LoRA files are asked for in a list and in the prompt, by the names that they have', () => {
  const options = new Map(Object.entries({ prompt: 'a boat <lora:FILM:0.4>', lora: 'paper cut' }));
  expect(readImagine(options, DEMO, () => 1, { loraNames: ['Paper Cut', 'film'] })).toMatchObject({ prompt: 'a boat', loras: [{ name: 'Paper Cut', strength: 1 }, { name: 'film', strength: 0.4 }] });
  expect(readImagine(options, DEMO, () => 1, { loraNames: ['film'] })).toEqual({ refusal: { kind: 'no-such-lora', name: 'paper cut', known: ['film'] } });
});

test('a model without a refiner paints without one, unless it is asked for', () => {
  const alone = { ...SDXL, hasRefiner: false };
  expect(readImagine(new Map([['prompt', 'p']]), alone, () => 1)).toMatchObject({ refine: 'none' });
  expect(readImagine(new Map([['prompt', 'p'], ['refine', 'ensemble']]), alone, () => 1)).toMatchObject({ refine: 'ensemble' });
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
  [{ prompt: 'p', style: 'toString' }, { kind: 'not-a-choice', option: 'style' }],
  [{ prompt: 'p', sampler: 'dpm9' }, { kind: 'not-a-choice', option: 'sampler' }],
  [{ prompt: 'p', mask: '2' }, { kind: 'unreadable' }],
  [{ prompt: 'p', controlnet: 'x' }, { kind: 'unknown-option', option: 'controlnet' }],
  [{ prompt: 'p', lora: 'x:9' }, { kind: 'lora-unreadable', part: 'x:9' }],
  [{ prompt: 'p', lora: 'a, b, c, d, e' }, { kind: 'too-many-loras', max: 4 }],
  [{ prompt: '<lora:a:1>' }, { kind: 'prompt-empty' }],
  [{ prompt: 'p', handover: 0.1 }, { kind: 'out-of-range', option: 'handover', min: 0.3, max: 0.95, whole: false }],
])('%j is refused with the reason', (options: Record<string, string | number>, refusal) => {
  expect(read(options)).toMatchObject({ refusal });
});

test('a model whose owner says another size or other steps than are known carries them along: they are what one credit buys', () => {
  const dreamy = { ...SDXL, id: 'dreamy', edge: 512, steps: 8 };
  expect(read({ prompt: 'p' }, dreamy)).toMatchObject({ model: 'dreamy', native: { edge: 512, steps: 8 }, steps: 8, width: 512 });
  expect(read({ prompt: 'p' }, { ...SDXL, id: 'dreamier' })).not.toHaveProperty('native');
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

describe('an attached picture', () => {
  const file = (id: string, changes: object = {}) => ({ id, filename: 'a.png', contentType: 'image/png', bytes: 1000, url: `https://cdn.discordapp.com/attachments/1/${id}/a.png`, width: 1200, height: 800, ...changes });
  const withFiles = (options: Record<string, string | number>, ...files: ReturnType<typeof file>[]) =>
    readImagine(new Map(Object.entries({ prompt: 'p', ...options })), SDXL, () => 1, { attachments: new Map(files.map((each) => [each.id, each])) });

  test('sets the shape nearest to its own, unless an aspect was chosen', () => {
    expect(withFiles({ image: '1' }, file('1'))).toMatchObject({ width: 1216, height: 832, strength: 0.6, image: { url: file('1').url, bytes: 1000 } });
    expect(withFiles({ image: '1', aspect: 'square', strength: 0.3 }, file('1'))).toMatchObject({ width: 1024, height: 1024, strength: 0.3 });
  });

  test('is painted into where a mask is', () => {
    expect(withFiles({ image: '1', mask: '2' }, file('1'), file('2'))).toMatchObject({ mask: { bytes: 1000 }, strength: 0.95 });
    expect(withFiles({ mask: '2' }, file('2'))).toEqual({ refusal: { kind: 'mask-alone' } });
  });

  test.each([
    [{ width: undefined, height: undefined }, 'not-a-picture-file'],
    [{ bytes: 30_000_000 }, 'file-too-large'],
    [{ width: 50_000, height: 50_000 }, 'file-too-large'],
  ])('%j is refused before anything is asked for', (changes, kind) => {
    expect(withFiles({ image: '1' }, file('1', changes))).toEqual({ refusal: { kind, option: 'image' } });
  });
});
