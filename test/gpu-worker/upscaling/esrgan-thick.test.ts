import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTopic } from '../../../gpu-worker/sdxl/conformance/reference-folder.ts';
import { buildGraph } from '../../../gpu-worker/sdxl/networks/build-graph.ts';
import { CPU_FORM } from '../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { Picture } from '../../../gpu-worker/sdxl/picture/picture.ts';
import { InlineHost } from '../../../gpu-worker/sdxl/session/inline-host.ts';
import { tensor } from '../../../gpu-worker/sdxl/tensor.ts';
import { enlarge } from '../../../gpu-worker/upscaling/enlarge.ts';
import { type RunNetwork, enlargeInTiles } from '../../../gpu-worker/upscaling/enlarge-in-tiles.ts';
import { ESRGAN_THICK } from '../../../gpu-worker/upscaling/esrgan-thick/esrgan-thick.ts';
import { readNetwork } from '../../../gpu-worker/upscaling/networks/read-network.ts';
import type { UpscalingNetwork } from '../../../gpu-worker/upscaling/networks/upscaling-network.ts';

const ALL = 10_000;
const host = new InlineHost();
let network: UpscalingNetwork;
let run: RunNetwork;

beforeAll(async () => {
  network = await readNetwork(ESRGAN_THICK);
  const session = await host.open({ name: 'esrgan', ...buildGraph('esrgan', CPU_FORM, network.weights, (layers) => network.build(layers)) });
  run = async (picture) => (await session.run({ picture }, ['enlarged']))['enlarged'] ?? expect.fail('no output');
});
afterAll(() => host.close());

function draw(width: number, height: number, colourAt: (x: number, y: number) => readonly [number, number, number]): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(colourAt(i % width, Math.floor(i / width)), 3 * i);
  return { width, height, rgb };
}

/** In levels of 255. */
function mostApart(a: Picture, b: Picture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.rgb.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.rgb[i] ?? Number.NaN))), 0);
}

const SKY = draw(24, 16, () => [110, 160, 220]);
/** A disc under the sky, on a checker. */
const SCENE = draw(44, 44, (x, y) => (Math.hypot(x - 27, y - 19) < 11 ? [220, 40, 30] : y < 25 ? [110, 160, 220] : ((x >> 2) + (y >> 2)) % 2 === 0 ? [240, 236, 220] : [20, 24, 40]));
const LARGE = { width: 176, height: 176 };

describe('the upscaler that ships with the repository', () => {
  it('gives what TensorFlow.js makes of the original weights, within half a level of 255 that half precision costs', async () => {
    const topic = (await readTopic(path.resolve(import.meta.dirname, '../../reference'), 'upscaler')) ?? expect.fail('no reference');
    const { dims: [height = 0, width = 0], data } = topic.array('picture');
    const wanted = topic.tensor('enlarged');
    const area = height * width;
    const planes = tensor([1, 3, height, width], Float32Array.from({ length: 3 * area }, (_, i) => (data[3 * (i % area) + Math.floor(i / area)] ?? 0) / 255));
    const found = await run(planes);
    const large = 16 * area;
    const apart = wanted.data.map((value, i) => 255 * Math.abs(value - (found.data[(i % 3) * large + Math.floor(i / 3)] ?? Number.NaN)));
    expect(found.dims).toEqual([1, 3, 4 * height, 4 * width]);
    expect(apart.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(0.5);
  });

  it('enlarges a flat sky, an edge and a checker in tiles as in one piece, to a level of 255', async () => {
    let tiles = 0;
    const tiled = await enlargeInTiles(network, run, SCENE, LARGE, 48, { onTile: (done) => (tiles = done) });
    expect(tiles).toBe(9);
    expect(mostApart(tiled, await enlargeInTiles(network, run, SCENE, LARGE, ALL))).toBeLessThanOrEqual(1);
  });

  it('leaves a flat picture flat up to its last pixel', async () => {
    const flat = await enlargeInTiles(network, run, SKY, { width: 96, height: 64 }, ALL);
    expect(mostApart(flat, draw(96, 64, () => [110, 160, 220]))).toBeLessThanOrEqual(3);
  });

  it.each([2, 3.5, 6])('moves nothing when it enlarges %f times', async (scale) => {
    const to = { width: Math.round(44 * scale), height: Math.round(44 * scale) };
    const large = await enlargeInTiles(network, run, SCENE, to, ALL);
    const plain = enlarge(SCENE, to.width, to.height);
    const [x, y] = centreOfRed(large);
    const [plainX, plainY] = centreOfRed(plain);
    // A tenth of a pixel of the picture as it was.
    expect(Math.abs(x - plainX)).toBeLessThan(0.1 * scale);
    expect(Math.abs(y - plainY)).toBeLessThan(0.1 * scale);
  });

  it('stops before the next tile when it is told to', async () => {
    const stop = new AbortController();
    let runs = 0;
    const counted: RunNetwork = (picture) => {
      runs += 1;
      stop.abort(new Error('enough'));
      return run(picture);
    };
    await expect(enlargeInTiles(network, counted, SCENE, LARGE, 48, { signal: stop.signal })).rejects.toThrow('enough');
    expect(runs).toBe(1);
  });
});

function centreOfRed({ width, rgb }: Picture): readonly [number, number] {
  let [sum, atX, atY] = [0, 0, 0];
  for (let i = 0; i * 3 < rgb.length; i++) {
    const redness = Math.max(0, (rgb[3 * i] ?? 0) - (rgb[3 * i + 2] ?? 0));
    sum += redness;
    atX += redness * (i % width);
    atY += redness * Math.floor(i / width);
  }
  return [atX / sum, atY / sum];
}
