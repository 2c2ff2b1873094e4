import { describe, expect, it } from 'vitest';
import type { UNet, UNetInput } from '../../../../gpu-worker/sdxl/networks/unet.ts';
import { windowedUNet } from '../../../../gpu-worker/sdxl/pipeline/windowed-unet.ts';
import { parseUNetConfig } from '../../../../gpu-worker/sdxl/networks/unet-config.ts';
import { type Tensor, tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import config from '../../../../gpu-worker/demo-model/refiner/unet/config.json' with { type: 'json' };

const PIXELS_PER_LATENT = 8;

/** A UNet that says what `predict` makes of each input, and remembers what it was given. */
function fakeUNet(predict: (input: UNetInput, call: number) => Tensor): { readonly unet: UNet; readonly inputs: UNetInput[] } {
  const inputs: UNetInput[] = [];
  const unet: UNet = {
    config: parseUNetConfig('config.json', config),
    predict: async (input) => predict(input, inputs.push(input) - 1),
    probe: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
  };
  return { unet, inputs };
}

function inputOf(height: number, width: number, ids: readonly number[]): UNetInput {
  const sample = tensor([2, 4, height, width]);
  return {
    sample: tensor(sample.dims, sample.data.map((_, i) => Math.sin(i))),
    timestep: 300,
    promptEmbeds: tensor([2, 77, 8]),
    pooledPromptEmbeds: tensor([2, 8]),
    timeIds: tensor([2, ids.length], Float32Array.from([...ids, ...ids])),
  };
}

const idsOf = ({ timeIds: { dims, data } }: UNetInput) => [...data.subarray(0, dims[1])];

describe('a UNet that works in windows', () => {
  it('says of every pixel what it would say of the whole, where a pixel is all it looks at', async () => {
    const { unet, inputs } = fakeUNet(({ sample }) => tensor(sample.dims, sample.data.map((value) => 3 * value + 1)));
    const input = inputOf(27, 40, [216, 320, 0, 0, 6]);
    const found = await windowedUNet(unet, { pixels: 128 }, PIXELS_PER_LATENT).predict(input);
    expect(inputs).toHaveLength(6);
    for (const { sample } of inputs) expect(sample.dims).toEqual([2, 4, 16, 16]);
    expect(found.dims).toEqual(input.sample.dims);
    found.data.forEach((value, i) => expect(value).toBeCloseTo(3 * (input.sample.data[i] ?? Number.NaN) + 1, 5));
  });

  it('tells a refiner how large the whole is, and where in it the window lies', async () => {
    const { unet, inputs } = fakeUNet(({ sample }) => sample);
    await windowedUNet(unet, { pixels: 1024 }, PIXELS_PER_LATENT).predict(inputOf(192, 192, [1536, 1536, 0, 0, 6]));
    expect(inputs.map(idsOf)).toEqual([
      [1536, 1536, 0, 0, 6],
      [1536, 1536, 0, 512, 6],
      [1536, 1536, 512, 0, 6],
      [1536, 1536, 512, 512, 6],
    ]);
  });

  it('tells a base the window\'s own size besides, and adds to a crop that was asked for', async () => {
    const { unet, inputs } = fakeUNet(({ sample }) => sample);
    await windowedUNet(unet, { pixels: 128 }, PIXELS_PER_LATENT).predict(inputOf(24, 12, [400, 300, 40, 8, 192, 96]));
    expect(inputs.map(idsOf)).toEqual([
      [400, 300, 40, 8, 128, 96],
      [400, 300, 104, 8, 128, 96],
    ]);
  });

  it('passes from one window\'s answer to the next without a step', async () => {
    const { unet } = fakeUNet(({ sample }, call) => tensor(sample.dims, sample.data.map(() => call)));
    const { data } = await windowedUNet(unet, { pixels: 128, overlap: 0.5 }, PIXELS_PER_LATENT).predict(inputOf(16, 24, [128, 192, 0, 0, 6]));
    const row = [...data.subarray(0, 24)];
    const steps = row.slice(1).map((value, i) => value - (row[i] ?? 0));
    expect(row[0]).toBe(0);
    expect(row[23]).toBe(1);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    // Over the eight latents that both windows see.
    expect(Math.max(...steps)).toBeLessThan(0.14);
  });

  it('leaves a picture alone that fits one window', async () => {
    const { unet, inputs } = fakeUNet(({ sample }) => sample);
    const input = inputOf(16, 12, [128, 96, 0, 0, 6]);
    await windowedUNet(unet, { pixels: 128 }, PIXELS_PER_LATENT).predict(input);
    expect(inputs).toEqual([input]);
  });

  it('stops before the next window when it is told to', async () => {
    const stop = new AbortController();
    const { unet, inputs } = fakeUNet(({ sample }) => {
      stop.abort(new Error('enough'));
      return sample;
    });
    await expect(windowedUNet(unet, { pixels: 128 }, PIXELS_PER_LATENT, stop.signal).predict(inputOf(24, 24, [192, 192, 0, 0, 6]))).rejects.toThrow('enough');
    expect(inputs).toHaveLength(1);
  });

  it.each([{ pixels: 100 }, { pixels: 0 }, { pixels: 128, overlap: 1 }, { pixels: 128, overlap: 0 }])('refuses %o', (windows) => {
    expect(() => windowedUNet(fakeUNet(({ sample }) => sample).unet, windows, PIXELS_PER_LATENT)).toThrow(/^Windows/);
  });
});
