import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeLatents } from '../../../../gpu-worker/sdxl/pipeline/decode.ts';
import { imageToImage } from '../../../../gpu-worker/sdxl/pipeline/image-to-image.ts';
import { inpaint, type InpaintRequest } from '../../../../gpu-worker/sdxl/pipeline/inpaint.ts';
import { finishInpainting, inpaintPicture, refineMasked } from '../../../../gpu-worker/sdxl/pipeline/inpaint-picture.ts';
import { InvalidRequest } from '../../../../gpu-worker/sdxl/pipeline/invalid-request.ts';
import { noiseForBatch, noisePerPicture, type NoiseSource } from '../../../../gpu-worker/sdxl/pipeline/noise-source.ts';
import { openSdxl } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { repaintPicture } from '../../../../gpu-worker/sdxl/pipeline/repaint-picture.ts';
import type { Latents, Sdxl } from '../../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import type { Progress, RunState } from '../../../../gpu-worker/sdxl/pipeline/watch.ts';
import type { Mask, Picture } from '../../../../gpu-worker/sdxl/picture/picture.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../../../gpu-worker/demo-model/${name}`, import.meta.url));
const EDGE = 64;
const flat = (r: number, g: number, b: number, edge = EDGE): Picture => ({ width: edge, height: edge, rgb: Uint8Array.from({ length: 3 * edge * edge }, (_, i) => [r, g, b][i % 3] ?? 0) });
const [red, blue] = [flat(220, 30, 30), flat(30, 30, 220)];
/** White where `paints(x, y)`. */
const mask = (paints: (x: number, y: number) => boolean): Mask => ({ width: EDGE, height: EDGE, grey: Uint8Array.from({ length: EDGE * EDGE }, (_, i) => (paints(i % EDGE, Math.floor(i / EDGE)) ? 255 : 0)) });
const [left, right] = [mask((x) => x < EDGE / 2), mask((x) => x >= EDGE / 2)];
const request = { prompt: 'a green circle on a blue background', negativePrompt: null, steps: 6, guidanceScale: 5 };
const pipelineRequest = { ...request, texts: [request, request], width: EDGE, height: EDGE };

let sdxl: Sdxl;
beforeAll(async () => {
  sdxl = await openSdxl({ base: demo('base'), refiner: demo('refiner'), provider: 'cpu', host: 'inline' });
});
afterAll(() => sdxl.close());

/** Values of one picture's latents in its left or right half. */
function half({ dims, data }: Latents, picture: number, side: 'left' | 'right'): readonly number[] {
  const [, channels = 0, rows = 0, columns = 0] = dims;
  const one = data.subarray(picture * channels * rows * columns, (picture + 1) * channels * rows * columns);
  return Array.from(one.filter((_, i) => i % columns < columns / 2 === (side === 'left')));
}

const difference = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? NaN)), 0) / a.length;

describe('image-to-image', () => {
  test('of several pictures gives what each gives alone', async () => {
    const both = await repaintPicture(sdxl, { ...request, picture: [red, blue], strength: 0.5, seeds: [1, 2] });
    const [first, second] = [await repaintPicture(sdxl, { ...request, picture: red, strength: 0.5, seeds: [1] }), await repaintPicture(sdxl, { ...request, picture: blue, strength: 0.5, seeds: [2] })];
    expect(both.dims).toEqual([2, 4, 8, 8]);
    expect(both.data.subarray(0, 256)).toEqual(first.data);
    expect(both.data.subarray(256)).toEqual(second.data);
  });

  test('stays near the picture at low strength, and leaves it at high', async () => {
    const after = async (strength: number) => {
      const [picture] = await decodeLatents(sdxl, await repaintPicture(sdxl, { ...request, picture: red, strength, seeds: [1] }));
      return difference([...(picture?.rgb ?? [])], [...red.rgb]);
    };
    const [little, much] = [await after(0.2), await after(1)];
    expect(little).toBeLessThan(30);
    expect(much).toBeGreaterThan(2 * little);
  });

  test('takes the inputs in turn when there are fewer than pictures to paint', async () => {
    const request4 = { ...request, texts: [request, request, request, request], noise: noisePerPicture([1, 2, 1, 2]), image: [red, blue], strength: 0.5 };
    const { data } = await imageToImage(sdxl.base, request4);
    expect(data.subarray(512)).toEqual(data.subarray(0, 512));
    expect(data.subarray(256, 512)).not.toEqual(data.subarray(0, 256));
  });

  test('refuses pictures of two sizes, and a number that does not come out even', async () => {
    const refused = (picture: readonly Picture[], seeds: readonly number[]) => repaintPicture(sdxl, { ...request, picture, strength: 0.5, seeds });
    await expect(refused([red, flat(0, 0, 0, 72)], [1, 2])).rejects.toThrow(/differ in size \(64×64, 72×72\)/);
    await expect(refused([red, blue], [1, 2, 3])).rejects.toThrow(/2 input pictures for 3 to paint: give one, or one for each/);
    await expect(refused([], [1])).rejects.toThrow(InvalidRequest);
  });
});

describe('the noise that input pictures are sampled with', () => {
  /** The first dimension of every draw. */
  const draws = async (source: NoiseSource, run: (noise: NoiseSource) => Promise<unknown>) => {
    const drawn: string[] = [];
    await run({
      isPerPicture: source.isPerPicture,
      draw: (dims) => (drawn.push(`${dims[0]}`), source.draw(dims)),
      drawForInputs: (dims) => (drawn.push(`${dims[0]} for inputs`), source.drawForInputs(dims)),
      snapshot: () => source.snapshot(),
      restore: (states) => source.restore(states),
    });
    return drawn;
  };
  const repaint = (image: Picture | readonly Picture[]) => (noise: NoiseSource) => imageToImage(sdxl.base, { ...pipelineRequest, noise, image, strength: 0.2 });
  const paintOver = (image: Picture | readonly Picture[], masks: Mask | readonly Mask[]) => (noise: NoiseSource) => inpaint(sdxl.base, { ...pipelineRequest, noise, image, mask: masks, strength: 0.2 });

  test('is drawn as diffusers draws it: in image-to-image by every generator, in inpainting once an input', async () => {
    expect(await draws(noisePerPicture([1, 2]), repaint(red))).toEqual(['2 for inputs', '2']);
    expect(await draws(noiseForBatch(1), repaint(red))).toEqual(['1 for inputs', '2']);
    expect(await draws(noiseForBatch(1), repaint([red, blue]))).toEqual(['2 for inputs', '2']);
    expect(await draws(noisePerPicture([1, 2]), paintOver(red, left))).toEqual(['1 for inputs', '2', '1 for inputs']);
    expect(await draws(noiseForBatch(1), paintOver([red, blue], left))).toEqual(['2 for inputs', '2', '2 for inputs']);
    expect(await draws(noiseForBatch(1), paintOver(red, [left, right]))).toEqual(['1 for inputs', '2', '2 for inputs']);
  });
});

describe('inpainting', () => {
  const painted = { ...request, picture: red, mask: left, strength: 1 };
  let untouched: Latents;
  beforeAll(async () => {
    // Nothing to paint: what is left is what the VAE makes of the picture.
    untouched = await inpaintPicture(sdxl, { ...painted, mask: mask(() => false), seeds: [1] });
  });

  test('paints inside the mask, and outside keeps what the VAE makes of the picture, to the bit', async () => {
    const latents = await inpaintPicture(sdxl, { ...painted, seeds: [1] });
    expect(half(latents, 0, 'right')).toEqual(half(untouched, 0, 'right'));
    expect(difference(half(latents, 0, 'left'), half(untouched, 0, 'left'))).toBeGreaterThan(0.3);
  });

  test('gives the same alone and among others', async () => {
    const among = await inpaintPicture(sdxl, { ...painted, strength: 0.7, seeds: [7, 1] });
    const alone = await inpaintPicture(sdxl, { ...painted, strength: 0.7, seeds: [1] });
    expect(among.data.subarray(256)).toEqual(alone.data);
  });

  test('takes a mask for each picture', async () => {
    const both: InpaintRequest = { ...pipelineRequest, noise: noisePerPicture([1, 1]), image: [red, red], mask: [left, right], strength: 1 };
    const latents = await inpaint(sdxl.base, both);
    expect(half(latents, 0, 'right')).toEqual(half(untouched, 0, 'right'));
    expect(half(latents, 1, 'left')).toEqual(half(untouched, 0, 'left'));
    expect(difference(half(latents, 1, 'right'), half(untouched, 0, 'right'))).toBeGreaterThan(0.3);
  });

  test('goes on from between two steps as if it had not stopped, with a sampler that draws noise', async () => {
    const whole = { ...painted, strength: 0.9, seeds: [3, 4], sampler: { config: { class_name: 'EulerAncestralDiscreteScheduler' } } };
    let middle: RunState | undefined;
    const onStep = (progress: Progress) => {
      if (progress.step === 3) middle = structuredClone(progress.snapshot());
    };
    const uninterrupted = await inpaintPicture(sdxl, whole, { onStep });
    expect((await inpaintPicture(sdxl, { ...whole, resume: middle })).data).toEqual(uninterrupted.data);
  });

  test('as an ensemble hands the kept part over as noisy as the rest, and the refiner ends with it clean', async () => {
    const ensemble = { ...painted, steps: 10, seeds: [1] };
    const handedOver = await inpaintPicture(sdxl, { ...ensemble, denoisingEnd: 0.5 });
    expect(difference(half(handedOver, 0, 'right'), half(untouched, 0, 'right'))).toBeGreaterThan(0.3);
    const finished = await finishInpainting(sdxl, { ...ensemble, latents: handedOver, denoisingStart: 0.5 });
    expect(half(finished, 0, 'right')).toEqual(half(untouched, 0, 'right'));
    expect(difference(half(finished, 0, 'left'), half(handedOver, 0, 'left'))).toBeGreaterThan(0.1);

    // As diffusers has it the kept part is clean at the hand-over already.
    const noise = noisePerPicture([1]);
    const asDiffusers = await inpaint(sdxl.base, { ...request, texts: [request], width: EDGE, height: EDGE, noise, image: red, mask: left, strength: 1, denoisingEnd: 0.5 });
    expect(half(asDiffusers, 0, 'right')).toEqual(half(untouched, 0, 'right'));
  });

  test('handed over to the same model ends bit for bit where one uncut run does', async () => {
    const run = { ...request, texts: [request], width: EDGE, height: EDGE, image: red, mask: left, strength: 1, handover: 'consistent' } as const;
    const whole = await inpaint(sdxl.base, { ...run, noise: noisePerPicture([1]) });
    const handedOver = await inpaint(sdxl.base, { ...run, noise: noisePerPicture([1]), denoisingEnd: 0.5 });
    const finished = await inpaint(sdxl.base, { ...run, noise: noisePerPicture([1]), handedOver, denoisingStart: 0.5 });
    expect(finished.data).toEqual(whole.data);
  });

  test('by the refiner alone, as SDEdit, touches the masked part only', async () => {
    const refined = await refineMasked(sdxl, { ...painted, strength: 0.5, seeds: [1] });
    expect(half(refined, 0, 'right')).toEqual(half(untouched, 0, 'right'));
    expect(half(refined, 0, 'left')).not.toEqual(half(untouched, 0, 'left'));
  });

  test('refuses what it cannot do, saying what to give', async () => {
    await expect(inpaintPicture(sdxl, { ...painted, width: 60, seeds: [1] })).rejects.toThrow(/width is 60: give a positive multiple of 8/);
    await expect(inpaintPicture(sdxl, { ...painted, strength: 2, seeds: [1] })).rejects.toThrow(/strength is 2: give a number from 0 to 1/);
    await expect(finishInpainting(sdxl, { ...painted, seeds: [1], denoisingStart: 0.5, latents: { dims: [1, 4, 4, 4], data: new Float32Array(64) } })).rejects.toThrow(/these pictures need \[1, 4, 8, 8\]/);
    const masks: InpaintRequest = { ...pipelineRequest, noise: noisePerPicture([1, 2]), image: red, mask: [left, right, left] };
    await expect(inpaint(sdxl.base, masks)).rejects.toThrow(/3 masks for 2 to paint/);
  });
});
