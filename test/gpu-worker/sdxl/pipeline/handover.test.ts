import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageToImage } from '../../../../gpu-worker/sdxl/pipeline/image-to-image.ts';
import { noisePerPicture } from '../../../../gpu-worker/sdxl/pipeline/noise-source.ts';
import { openSdxl } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import type { Handover } from '../../../../gpu-worker/sdxl/pipeline/paint-request.ts';
import { finishWithRefiner } from '../../../../gpu-worker/sdxl/pipeline/refine-latents.ts';
import type { Latents, Sdxl } from '../../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { paintBase } from '../../../../gpu-worker/sdxl/pipeline/text-to-image.ts';
import type { Progress } from '../../../../gpu-worker/sdxl/pipeline/watch.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../../../gpu-worker/demo-model/${name}`, import.meta.url));

let sdxl: Sdxl;
beforeAll(async () => {
  sdxl = await openSdxl({ base: demo('base'), refiner: demo('refiner'), provider: 'cpu', host: 'inline' });
});
afterAll(() => sdxl.close());

const request = { prompt: 'a red circle', negativePrompt: null, width: 64, height: 64, steps: 8, guidanceScale: 5, seeds: [1] };

/** One model in both roles: a clean cut then changes nothing. `cuts`: where it hands over to itself. */
async function paintInParts(className: string, cuts: readonly number[], handover: Handover): Promise<{ readonly latents: Latents; readonly calls: number }> {
  let calls = 0;
  const watch = { onStep: () => void calls++ };
  const whole = { ...request, handover, sampler: { config: { class_name: className } } };
  let latents = await paintBase(sdxl, { ...whole, denoisingEnd: cuts[0] }, watch);
  for (const [i, denoisingStart] of cuts.entries()) {
    const rest = { ...whole, image: latents, denoisingStart, denoisingEnd: cuts[i + 1] };
    latents = await imageToImage(sdxl.base, { ...rest, texts: [request], noise: noisePerPicture([1]) }, watch);
  }
  return { latents, calls };
}

describe('a hand-over', () => {
  test.each([[[0.8]], [[0.5, 0.8]]])('cut at %j leaves no step out and runs none twice', async (cuts) => {
    const parts = await paintInParts('EulerDiscreteScheduler', cuts, 'as-diffusers');
    const whole = await paintInParts('EulerDiscreteScheduler', [], 'as-diffusers');
    expect(parts.calls).toBe(8);
    expect(parts.latents.data).toEqual(whole.latents.data);
  });

  test.each(['HeunDiscreteScheduler', 'KDPM2DiscreteScheduler'])('within a step of %s is made consistent when asked to', async (className) => {
    const whole = await paintInParts(className, [], 'consistent');
    const [consistent, asDiffusers] = [await paintInParts(className, [0.5], 'consistent'), await paintInParts(className, [0.5], 'as-diffusers')];
    expect([whole.calls, consistent.calls, asDiffusers.calls]).toEqual([15, 15, 16]);
    expect(consistent.latents.data).toEqual(whole.latents.data);
    expect(asDiffusers.latents.data).not.toEqual(whole.latents.data);
  });

  test('between base and refiner is consistent too', async () => {
    const seen: string[] = [];
    const watch = { onStep: ({ stage }: Progress) => void seen.push(stage) };
    const heun = { ...request, handover: 'consistent', sampler: { config: { class_name: 'HeunDiscreteScheduler' } } } as const;
    const latents = await paintBase(sdxl, { ...heun, denoisingEnd: 0.5 }, watch);
    await finishWithRefiner(sdxl, { ...heun, latents, denoisingStart: 0.5 }, watch);
    // Of the eight steps' 15 calls the base runs three steps, the step that the cut falls into and all behind it are the refiner's.
    expect(seen).toEqual([...Array.from({ length: 6 }, () => 'base'), ...Array.from({ length: 9 }, () => 'refiner')]);
  });
});
