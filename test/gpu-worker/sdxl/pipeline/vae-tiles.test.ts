import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import type { Checkpoint } from '../../../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import type { Vae } from '../../../../gpu-worker/sdxl/networks/vae.ts';
import { bytesFor, fittingVae } from '../../../../gpu-worker/sdxl/pipeline/fitting-vae.ts';
import { freeMemory } from '../../../../gpu-worker/sdxl/pipeline/free-memory.ts';
import { tiledVae } from '../../../../gpu-worker/sdxl/pipeline/tiled-vae.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import type { Tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

const EDGE = 128;
const TILE = 64;
let demo: Checkpoint;
beforeAll(async () => {
  demo = await openCheckpoint(join(import.meta.dirname, '../../../../gpu-worker/demo-model/base'), { provider: 'cpu', host: 'inline' });
});
afterAll(() => demo.close());

function picture(value: (x: number, y: number, channel: number) => number): Tensor {
  const pixels = tensor([1, 3, EDGE, EDGE]);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = value(i % EDGE, Math.floor(i / EDGE) % EDGE, Math.floor(i / EDGE ** 2));
  return pixels;
}

/** Mean jump of the difference between two pictures from a pixel to its right neighbour: at the columns given, and at all others. */
function jumps(a: Tensor, b: Tensor, columns: readonly number[]): { readonly there: number; readonly elsewhere: number; readonly largestThere: number } {
  const difference = a.data.map((value, i) => value - (b.data[i] ?? NaN));
  const there: number[] = [];
  const elsewhere: number[] = [];
  for (let i = 1; i < difference.length; i++) {
    const x = i % EDGE;
    if (x > 0) (columns.includes(x) ? there : elsewhere).push(Math.abs((difference[i] ?? NaN) - (difference[i - 1] ?? NaN)));
  }
  return { there: mean(there), elsewhere: mean(elsewhere), largestThere: Math.max(...there) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a picture decoded in tiles', () => {
  const flat = () => picture((_x, _y, channel) => [0.2, -0.4, 0.6][channel] ?? 0);
  const checker = () => picture((x, y) => (((x + 5) >> 4) + ((y + 5) >> 4)) % 2 - 0.5);
  // With a quarter of overlap, a tile of 64 pixels begins every 48; the pixel before a tile's first is where a seam would show.
  const starts = [48, 96];

  it.each([
    ['flat', flat, 0.05],
    ['checkered', checker, 0.15],
  ] as const)('shows no seam: %s', async (_, make, limit) => {
    const { mean: latents } = await demo.vae.encode(make());
    const whole = await demo.vae.decode(latents);
    const tiled = await tiledVae(demo.vae, { pixels: TILE }).decode(latents);
    const blended = jumps(tiled, whole, starts);
    // At a seam the tiled picture departs from the whole one about as fast as in between: 0.6 to 1.3 times; without overlap, 8 times.
    expect(blended.there).toBeLessThan(2 * blended.elsewhere);
    // Of a range of 2: found were 0.019 (two steps of a byte) and 0.084.
    expect(blended.largestThere).toBeLessThan(limit);
  });

  it('would show seams without overlap: the measure can tell', async () => {
    const { mean: latents } = await demo.vae.encode(checker());
    const abutting = await tiledVae(demo.vae, { pixels: TILE, overlap: 0 }).decode(latents);
    const { there, elsewhere } = jumps(abutting, await demo.vae.decode(latents), [64]);
    expect(there).toBeGreaterThan(4 * elsewhere);
  });
});

describe('a VAE fitted to the memory', () => {
  const sdxlChannels = { blockChannels: [128, 256, 512, 512] };
  const SIZE = 3.2e9;

  /** A VAE that notes the size in pixels of every piece it decodes. */
  function noting(pieces: number[]): Vae {
    const config = { ...demo.vae.config, ...sdxlChannels, pixelsPerLatent: 8 };
    return {
      config,
      encode: () => Promise.reject(new Error('not here')),
      decode: async ({ dims: [n = 0, , h = 0, w = 0] }) => {
        pieces.push(8 * Math.max(h, w));
        return tensor([n, 3, 8 * h, 8 * w]);
      },
      close: async () => {},
    };
  }
  const latents = (edge: number) => tensor([1, 4, edge / 8, edge / 8]);
  const decodeWith = async (free: number, edge: number): Promise<readonly number[]> => {
    const pieces: number[] = [];
    const decoded = await fittingVae(noting(pieces), () => free).decode(latents(edge));
    expect(decoded.dims).toEqual([1, 3, edge, edge]);
    return pieces;
  };

  it('takes for a decode at 1024² what was measured, 3.2 GB', () => {
    expect(bytesFor(sdxlChannels, { height: 1024, width: 1024 }) / SIZE).toBeCloseTo(1, 1);
  });

  it('decodes in one piece where that fits', async () => {
    expect(await decodeWith(4e9, 1024)).toEqual([1024]);
  });

  it('decodes in the largest tiles that fit', async () => {
    expect(Math.max(...(await decodeWith(2e9, 1024)))).toBe(768);
    expect(Math.max(...(await decodeWith(1e9, 1024)))).toBe(512);
    expect(Math.max(...(await decodeWith(4e9, 2048)))).toBe(1024);
  });

  it('decodes in the smallest tiles when nothing fits, rather than not at all', async () => {
    expect(Math.max(...(await decodeWith(0, 1024)))).toBe(256);
    expect(await decodeWith(0, 128)).toEqual([128]);
  });

  it('goes on as it began: memory that was taken once is taken again', async () => {
    const pieces: number[] = [];
    let free = 4e9;
    const vae = fittingVae(noting(pieces), () => free);
    await vae.decode(latents(1024));
    free = 0.5e9;
    await vae.decode(latents(1024));
    expect(pieces).toEqual([1024, 1024]);
  });
});

describe('free memory', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refinery-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function cgroup(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(folder, name, file, '..'), { recursive: true });
      await writeFile(join(folder, name, file), text);
    }
    return join(folder, name);
  }

  it("is the container's limit less what it uses, the page cache not counted", async () => {
    const files = { 'memory.max': '8000\n', 'memory.current': '6000\n', 'memory.stat': 'anon 1000\nactive_file 3000\ninactive_file 1000\n' };
    expect(freeMemory(await cgroup('v2', files), 100_000)).toBe(6000);
    const old = { 'memory/memory.limit_in_bytes': '8000\n', 'memory/memory.usage_in_bytes': '7000\n', 'memory/memory.stat': 'cache 9\ntotal_active_file 100\ntotal_inactive_file 400\n' };
    expect(freeMemory(await cgroup('v1', old), 100_000)).toBe(1500);
  });

  it("is the machine's where there is no limit", async () => {
    expect(freeMemory(await cgroup('unlimited', { 'memory.max': 'max\n', 'memory.current': '6000\n' }), 100_000)).toBe(100_000);
    expect(freeMemory(join(folder, 'none'), 100_000)).toBe(100_000);
    expect(freeMemory()).toBeGreaterThan(0);
  });
});
