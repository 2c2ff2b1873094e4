import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePrompts, type PromptEmbeds, type PromptTexts } from '../../../../gpu-worker/sdxl/pipeline/encode-prompts.ts';
import { openSdxl } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import type { Sdxl } from '../../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { paintBase } from '../../../../gpu-worker/sdxl/pipeline/text-to-image.ts';
import type { PromptSyntax } from '../../../../gpu-worker/sdxl/prompt/prompt-syntax.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../../../gpu-worker/demo-model/${name}`, import.meta.url));

let sdxl: Sdxl;
beforeAll(async () => {
  sdxl = await openSdxl({ base: demo('base'), refiner: demo('refiner'), provider: 'cpu', host: 'inline' });
});
afterAll(() => sdxl.close());

async function encode(prompt: string, promptSyntax: PromptSyntax = 'weighted', texts: Partial<PromptTexts> = {}): Promise<PromptEmbeds> {
  const { positive } = await encodePrompts(sdxl.base, { prompt, negativePrompt: null, ...texts }, { isGuided: false, promptSyntax });
  return positive;
}

const CONTEXT = 160;
const token = ({ embeds }: PromptEmbeds, i: number) => embeds.data.subarray(i * CONTEXT, (i + 1) * CONTEXT);
const chunk = ({ embeds }: PromptEmbeds, i: number) => embeds.data.subarray(i * 77 * CONTEXT, (i + 1) * 77 * CONTEXT);
const words = (count: number, word = 'house') => Array.from({ length: count }, () => word).join(' ');

/** Rows of another batch come out of other kernels: equal but for the last bits. */
function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  expect(actual.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] ?? NaN))), 0)).toBeLessThan(1e-5);
}

describe('weights', () => {
  test('that weigh nothing leave every bit as the plain prompt has it', async () => {
    const plain = await encode('a red house', 'plain');
    for (const prompt of ['a red house', '(a red:1.0) house', '((a:1.) red:+1) house']) {
      const { embeds, pooled } = await encode(prompt);
      expect(embeds).toEqual(plain.embeds);
      expect(pooled).toEqual(plain.pooled);
    }
  });

  test("move a word's states, and no others, on the line from an empty prompt's to the word's own", async () => {
    const [empty, one, weighed] = [await encode(''), await encode('a red house'), await encode('a (red:1.5) house')];
    for (const i of [0, 1, 3, 4, 5, 76]) expectClose(token(weighed, i), token(one, i));
    const [from, to] = [token(empty, 2), token(one, 2)];
    expectClose(token(weighed, 2), to.map((value, i) => (from[i] ?? 0) + 1.5 * (value - (from[i] ?? 0))));
    expect(token(weighed, 2)).not.toEqual(to);
    expectClose(weighed.pooled.data, one.pooled.data);
  });

  test('reach both encoders: each text weighs its own words', async () => {
    const { embeds } = await encode('a (red:2) house', 'weighted', { prompt2: 'a red (house:2)' });
    const plain = await encode('a red house');
    const left = (data: Float32Array, i: number) => data.subarray(i * CONTEXT, i * CONTEXT + 64);
    const right = (data: Float32Array, i: number) => data.subarray(i * CONTEXT + 64, (i + 1) * CONTEXT);
    expect(left(embeds.data, 2)).not.toEqual(left(plain.embeds.data, 2));
    expectClose(right(embeds.data, 2), right(plain.embeds.data, 2));
    expectClose(left(embeds.data, 3), left(plain.embeds.data, 3));
    expect(right(embeds.data, 3)).not.toEqual(right(plain.embeds.data, 3));
  });

  test('are text to the plain syntax', async () => {
    expect((await encode('a (red:1.5) house', 'plain')).embeds).not.toEqual((await encode('a red house', 'plain')).embeds);
  });
});

describe('a long prompt', () => {
  test('is read in chunks, each for itself; the pooled vector is the first one\'s', async () => {
    const long = await encode(`${words(75)} a red tree`);
    const [first, second] = [await encode(words(75)), await encode('a red tree')];
    expect(long.embeds.dims).toEqual([1, 154, CONTEXT]);
    expectClose(chunk(long, 0), first.embeds.data);
    expectClose(chunk(long, 1), second.embeds.data);
    expectClose(long.pooled.data, first.pooled.data);
  });

  test('is divided where it says BREAK', async () => {
    const divided = await encode('a house BREAK a (red:2) tree');
    expectClose(chunk(divided, 0), (await encode('a house')).embeds.data);
    expectClose(chunk(divided, 1), (await encode('a (red:2) tree')).embeds.data);
  });

  test('is cut in the plain syntax', async () => {
    expect((await encode(`${words(80)}`, 'plain')).embeds).toEqual((await encode(words(75), 'plain')).embeds);
  });

  test('has empty chunks beside it where the other encoder or the negative prompt has less to read', async () => {
    const empty = (await encode('')).embeds.data;
    const texts = { prompt: 'a house', prompt2: words(80), negativePrompt: `${words(150)} tree` };
    const { positive, negative } = await encodePrompts(sdxl.base, texts, { isGuided: true, promptSyntax: 'weighted' });
    expect([positive.embeds.dims, negative?.embeds.dims]).toEqual([[1, 231, CONTEXT], [1, 231, CONTEXT]]);
    expectClose(chunk(positive, 2), empty);
    // The first encoder's half of the second chunk; the second encoder has more to say there.
    expectClose(chunk(positive, 1).filter((_, i) => i % CONTEXT < 64), empty.filter((_, i) => i % CONTEXT < 64));
    expect(chunk(positive, 1)).not.toEqual(empty);
    expect(negative && chunk(negative, 2)).not.toEqual(empty);
  });

  test('meets as many zeros where nothing is to be leant away from, and the refiner an empty prompt', async () => {
    const options = { isGuided: true, promptSyntax: 'weighted' } as const;
    const base = await encodePrompts(sdxl.base, { prompt: words(80), negativePrompt: null }, options);
    expect(base.negative?.embeds).toEqual({ dims: [1, 154, CONTEXT], data: new Float32Array(154 * CONTEXT) });
    if (sdxl.refiner === undefined) throw new Error('no refiner');
    const refiner = await encodePrompts(sdxl.refiner, { prompt: words(80), negativePrompt: null }, options);
    expect(refiner.negative?.embeds.dims).toEqual(refiner.positive.embeds.dims);
    expect(refiner.negative?.embeds.data.some((value) => value !== 0)).toBe(true);
  });

  test('adds no chunks by a negative prompt that guidance does not use', async () => {
    const { positive, negative } = await encodePrompts(sdxl.base, { prompt: 'a house', negativePrompt: words(80) }, { isGuided: false, promptSyntax: 'weighted' });
    expect(positive.embeds.dims).toEqual([1, 77, CONTEXT]);
    expect(negative).toBeUndefined();
  });

  test('paints: what stands behind the 75th token counts, and the picture is the same alone and among others', async () => {
    const request = { negativePrompt: 'green', width: 64, height: 64, steps: 3, guidanceScale: 5, promptSyntax: 'weighted' } as const;
    const prompt = `${words(75, 'large')} (red circle:1.3) on a blue background`;
    const alone = await paintBase(sdxl, { ...request, prompt, seeds: [8] });
    const among = await paintBase(sdxl, { ...request, prompt, seeds: [7, 8] });
    expect(among.data.subarray(256)).toEqual(alone.data);
    expect((await paintBase(sdxl, { ...request, prompt: words(75, 'large'), seeds: [8] })).data).not.toEqual(alone.data);
  });
});
