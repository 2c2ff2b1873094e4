import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeLatents } from '../../../../gpu-worker/sdxl/pipeline/decode.ts';
import { InvalidRequest } from '../../../../gpu-worker/sdxl/pipeline/invalid-request.ts';
import { openSdxl } from '../../../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { preview } from '../../../../gpu-worker/sdxl/pipeline/preview.ts';
import { finishWithRefiner } from '../../../../gpu-worker/sdxl/pipeline/refine-latents.ts';
import { refinePicture } from '../../../../gpu-worker/sdxl/pipeline/refine-picture.ts';
import type { Sdxl } from '../../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { type BaseRequest, paintBase } from '../../../../gpu-worker/sdxl/pipeline/text-to-image.ts';
import type { Progress, RunState } from '../../../../gpu-worker/sdxl/pipeline/watch.ts';
import { resizePicture } from '../../../../gpu-worker/sdxl/picture/resize-lanczos.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../../../gpu-worker/demo-model/${name}`, import.meta.url));
const request: BaseRequest = { prompt: 'a red circle on a blue background', negativePrompt: null, width: 64, height: 64, steps: 10, guidanceScale: 5, seeds: [1] };

let sdxl: Sdxl;
beforeAll(async () => {
  sdxl = await openSdxl({ base: demo('base'), refiner: demo('refiner'), provider: 'cpu', host: 'inline' });
});
afterAll(() => sdxl.close());

describe('painting with the demo model', () => {
  test('base, hand-over, refiner and VAE make the picture that was asked for: blue above red', async () => {
    const whole = { ...request, width: 128, height: 128, prompt: 'a blue sphere on top of a red cube', steps: 15 };
    const handedOver = await paintBase(sdxl, { ...whole, denoisingEnd: 0.8 });
    const [picture] = await decodeLatents(sdxl, await finishWithRefiner(sdxl, { ...whole, latents: handedOver, denoisingStart: 0.8 }));
    expect(picture).toMatchObject({ width: 128, height: 128 });
    const countIn = (half: 'upper' | 'lower', is: (r: number, b: number) => boolean) =>
      Array.from({ length: 64 * 128 }, (_, place) => 3 * (place + (half === 'upper' ? 0 : 64 * 128))).filter((at) => is(picture?.rgb[at] ?? 0, picture?.rgb[at + 2] ?? 0)).length;
    const isRed = (r: number, b: number) => r > 150 && b < 90;
    const isBlue = (r: number, b: number) => b > 90 && r < 70;
    // Each is about 40 pixels wide.
    expect(countIn('upper', isBlue)).toBeGreaterThan(500);
    expect(countIn('lower', isRed)).toBeGreaterThan(500);
    expect(countIn('upper', isRed)).toBeLessThan(countIn('lower', isRed) / 4);
    expect(countIn('lower', isBlue)).toBeLessThan(countIn('upper', isBlue) / 4);
  });

  test('a picture is the same alone and among others', async () => {
    const alone = await paintBase(sdxl, { ...request, seeds: [8] });
    const among = await paintBase(sdxl, { ...request, seeds: [7, 8] });
    expect(among.dims).toEqual([2, 4, 8, 8]);
    expect(among.data.subarray(256)).toEqual(alone.data);
    expect(among.data.subarray(0, 256)).not.toEqual(alone.data);
  });

  test('the same seed gives the same latents to the bit; 2^32 more is the same seed', async () => {
    const once = await paintBase(sdxl, { ...request, steps: 3 });
    const again = await paintBase(sdxl, { ...request, steps: 3, seeds: [1 + 2 ** 32] });
    expect(again.data).toEqual(once.data);
  });

  test.each(['EulerDiscreteScheduler', 'EulerAncestralDiscreteScheduler', 'DPMSolverMultistepScheduler'])(
    'with %s a run resumed from its middle ends bit for bit where the uninterrupted one does',
    async (className) => {
      const whole = { ...request, seeds: [3, 4], sampler: { config: { class_name: className } } };
      let middle: RunState | undefined;
      const uninterrupted = await paintBase(sdxl, whole, {
        onStep: (progress) => {
          if (progress.step === 4) middle = structuredClone(progress.snapshot());
        },
      });
      const steps: number[] = [];
      const resumed = await paintBase(sdxl, { ...whole, resume: middle }, { onStep: ({ step }) => void steps.push(step) });
      expect(steps).toEqual([5, 6, 7, 8, 9, 10]);
      expect(resumed.data).toEqual(uninterrupted.data);
    },
  );

  test('tells the watcher of every step, with the latents and what they will be', async () => {
    const seen: Progress[] = [];
    const watch = { onStep: (progress: Progress) => void seen.push(progress) };
    const handedOver = await paintBase(sdxl, { ...request, denoisingEnd: 0.8 }, watch);
    await finishWithRefiner(sdxl, { ...request, latents: handedOver, denoisingStart: 0.8 }, watch);
    expect(seen.map(({ stage, step, steps }) => `${stage} ${step}/${steps}`)).toEqual([
      ...Array.from({ length: 8 }, (_, i) => `base ${i + 1}/8`),
      'refiner 1/2',
      'refiner 2/2',
    ]);
    expect(seen[7]?.latents.data).toEqual(handedOver.data);
    // Euler's last step goes all the way: nothing is left to remove.
    expect(seen[9]?.denoised.data).toEqual(seen[9]?.latents.data);
    const [small] = await preview(sdxl.base, seen[3]?.denoised ?? handedOver);
    expect(small).toMatchObject({ width: 64, height: 64 });
  });

  test('lets timers and sockets have their turn at every step', async () => {
    const steps = 6;
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await paintBase(sdxl, { ...request, steps });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(steps - 2);
  });

  test('stops between steps with the reason it was given', async () => {
    const drained = new Error('the worker is being drained');
    const stop = new AbortController();
    let last = 0;
    const watch = {
      signal: stop.signal,
      onStep: ({ step }: Progress) => {
        last = step;
        if (step === 2) stop.abort(drained);
      },
    };
    await expect(paintBase(sdxl, request, watch)).rejects.toBe(drained);
    expect(last).toBe(2);
  });

  test('without guidance a negative prompt changes nothing; with it, it does', async () => {
    const paint = async (guidanceScale: number, negativePrompt: string | null) => (await paintBase(sdxl, { ...request, steps: 2, guidanceScale, negativePrompt })).data;
    expect(await paint(1, 'green')).toEqual(await paint(1, null));
    expect(await paint(5, 'green')).not.toEqual(await paint(5, null));
    // Zeros and an encoded empty string are two things to the base.
    expect(await paint(5, '')).not.toEqual(await paint(5, null));
  });

  test('SDEdit keeps the composition at low strength and paints at the size of the picture it is given', async () => {
    const [original] = await decodeLatents(sdxl, await paintBase(sdxl, request));
    if (original === undefined) throw new Error('no picture');
    const larger = resizePicture(original, 96, 100);
    const refine = async (strength: number) => {
      const [refined] = await decodeLatents(sdxl, await refinePicture(sdxl, { ...request, picture: larger, strength }));
      if (refined === undefined) throw new Error('no picture');
      expect(refined).toMatchObject({ width: 96, height: 96 });
      const kept = resizePicture(original, 96, 96).rgb;
      return refined.rgb.reduce((sum, byte, i) => sum + Math.abs(byte - (kept[i] ?? 0)), 0) / refined.rgb.length;
    };
    const [little, much] = [await refine(0.1), await refine(0.9)];
    expect(little).toBeLessThan(25);
    expect(much).toBeGreaterThan(little);
  });
});

describe('a VAE in tiles', () => {
  const open = (pixels: number, overlap?: number) => openSdxl({ base: demo('base'), provider: 'cpu', host: 'inline', vaeTiles: { pixels, overlap } });

  test('decodes almost the same picture, the more so as its tiles overlap', async () => {
    const latents = await paintBase(sdxl, { ...request, width: 96, height: 128, steps: 8 });
    const [whole] = await decodeLatents(sdxl, latents);
    /** Mean difference of the bytes. */
    const difference = async (overlap?: number) => {
      const tiled = await open(64, overlap);
      const [pieced] = await decodeLatents(tiled, latents);
      await tiled.close();
      expect(pieced).toMatchObject({ width: 96, height: 128 });
      return (pieced?.rgb ?? new Uint8Array()).reduce((sum, byte, i) => sum + Math.abs(byte - (whole?.rgb[i] ?? 0)), 0) / (3 * 96 * 128);
    };
    const [blended, abutting] = [await difference(), await difference(0)];
    expect(blended).toBeLessThan(4);
    expect(abutting).toBeGreaterThan(blended);
  });

  test('refuses tiles that are no whole number of latents', async () => {
    await expect(open(60)).rejects.toThrow(/VAE tiles of 60 pixels: give a positive multiple of 8/);
  });
});

describe('a request that served for the ensemble', () => {
  test('serves for SDEdit too: its denoisingEnd is not read', async () => {
    const picture = { dims: [1, 4, 8, 8], data: new Float32Array(256).fill(0.1) };
    const steps: number[] = [];
    const fromEnsemble = { ...request, denoisingEnd: 0.8, picture, strength: 0.5 };
    await refinePicture(sdxl, fromEnsemble, { onStep: ({ step }) => void steps.push(step) });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('what cannot be painted is refused before any work, saying what to change', () => {
  test.each([
    [{ width: 60 }, /width is 60: give a positive multiple of 8/],
    [{ height: 0 }, /height is 0/],
    [{ steps: 0 }, /steps is 0: give a whole number/],
    [{ steps: 2.5 }, /steps is 2.5/],
    [{ guidanceScale: NaN }, /guidanceScale is NaN/],
    [{ seeds: [] }, /at least one seed/],
    [{ seeds: [1.5] }, /1.5 is no seed/],
    [{ denoisingEnd: 1.2 }, /denoisingEnd is 1.2/],
    [{ steps: 1, denoisingEnd: 0.8 }, /leaves no step to run/],
    [{ clipSkip: 9 }, /clipSkip is 9/],
    [{ latents: { dims: [1, 4, 4, 4], data: new Float32Array(64) } }, /these pictures need \[1, 4, 8, 8\]/],
  ] as const)('%o', async (change, message) => {
    const refused = paintBase(sdxl, { ...request, ...change });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(InvalidRequest);
  });

  test('a strength that leaves no step, latents of another shape, a missing refiner', async () => {
    const latents = { dims: [1, 4, 8, 8], data: new Float32Array(256) };
    await expect(refinePicture(sdxl, { ...request, picture: latents, strength: 0.05 })).rejects.toThrow(/strength 0.05 of 10 steps leaves no step/);
    await expect(refinePicture(sdxl, { ...request, picture: { dims: [4, 8, 8], data: latents.data }, strength: 0.5 })).rejects.toThrow(/latents have the shape \[4, 8, 8\]/);
    await expect(refinePicture({ base: sdxl.base, close: sdxl.close }, { ...request, picture: latents, strength: 0.5 })).rejects.toThrow(/no refiner/);
    await expect(openSdxl({ base: demo('refiner'), provider: 'cpu', host: 'inline' })).rejects.toThrow(/holds a refiner/);
  });
});
