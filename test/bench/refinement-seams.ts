/** Whether one can see where the windows of the high-resolution refinement meet: the steps between neighbouring pixels there, and elsewhere. */
import { DEMO } from '../../core/model.ts';
import { loadModel } from '../../gpu-worker/models/loaded-model.ts';
import { modelFolders } from '../../gpu-worker/models/model-folders.ts';
import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';
import { decodeLatents } from '../../gpu-worker/sdxl/pipeline/decode.ts';
import { refinePicture } from '../../gpu-worker/sdxl/pipeline/refine-picture.ts';
import type { Sdxl } from '../../gpu-worker/sdxl/pipeline/sdxl.ts';
import { layOutWindows } from '../../gpu-worker/sdxl/pipeline/windowed-unet.ts';
import { formatTable } from './table.ts';

const EDGE = 2 * DEMO.edge;
const PIXELS_PER_LATENT = 8;
const OVERLAP = 0.25;
/** Places that are compared lie on this grid, which the squares of the checker and the windows share. */
const GRID = 16;
const SEEDS = [0, 1, 2, 3];

export async function printRefinementSeams(): Promise<void> {
  const loaded = await loadModel(DEMO, modelFolders(DEMO.id, undefined), { provider: 'cpu' });
  try {
    const rows: string[][] = [];
    for (const [name, prompt, picture] of [['flat sky', 'a blue background', flat()], ['checker', 'a black and white checkered background', checker()]] as const) {
      for (const isInWindows of [true, false]) {
        const refined = await loaded.use((sdxl) => Promise.all(SEEDS.map((seed) => refine(sdxl, prompt, picture, seed, isInWindows))));
        const [seams, elsewhere] = [meanStep(refined, seamPlaces()), meanStep(refined, otherPlaces())];
        rows.push([`${name}, ${isInWindows ? 'in windows' : 'at once'}`, seams.toFixed(2), elsewhere.toFixed(2), (seams - elsewhere).toFixed(2)]);
      }
    }
    console.log(`High-resolution refinement of ${EDGE} × ${EDGE} pixels in windows of ${DEMO.edge}: mean step between the pixels on both sides, in levels of 255, ${SEEDS.length} seeds\n`);
    console.log(`${formatTable(['picture', 'where windows meet', 'elsewhere', 'more'], rows)}\n`);
  } finally {
    await loaded.close();
  }
}

async function refine(sdxl: Sdxl, prompt: string, picture: Picture, seed: number, isInWindows: boolean): Promise<Picture> {
  const windows = isInWindows ? { pixels: DEMO.edge, overlap: OVERLAP } : undefined;
  const latents = await refinePicture(sdxl, { prompt, negativePrompt: null, guidanceScale: DEMO.guidanceScale, steps: DEMO.steps, strength: DEMO.refineStrength, seeds: [seed], picture, windows });
  const [refined] = await decodeLatents(sdxl, latents);
  if (!refined) throw new RangeError('the VAE decoded no picture');
  return refined;
}

/** Where a window begins or ends inside the picture, in pixels. */
function seamPlaces(): readonly number[] {
  const { starts, size } = layOutWindows(EDGE / PIXELS_PER_LATENT, DEMO.edge / PIXELS_PER_LATENT, OVERLAP);
  const places = starts.flatMap((start) => [start, start + size]).map((latent) => latent * PIXELS_PER_LATENT);
  return [...new Set(places)].filter((place) => place > 0 && place < EDGE);
}

function otherPlaces(): readonly number[] {
  const seams = new Set(seamPlaces());
  return Array.from({ length: EDGE / GRID - 1 }, (_, i) => (i + 1) * GRID).filter((place) => !seams.has(place));
}

/** Mean absolute difference of the two pixels on both sides of each place, across columns and down rows. */
function meanStep(pictures: readonly Picture[], places: readonly number[]): number {
  let [sum, count] = [0, 0];
  for (const { rgb } of pictures) {
    for (const place of places) {
      for (let along = 0; along < EDGE; along += 1) {
        for (let c = 0; c < 3; c += 1) {
          const at = (x: number, y: number) => rgb[3 * (y * EDGE + x) + c] ?? 0;
          sum += Math.abs(at(place, along) - at(place - 1, along)) + Math.abs(at(along, place) - at(along, place - 1));
          count += 2;
        }
      }
    }
  }
  return sum / count;
}

function flat(): Picture {
  return { width: EDGE, height: EDGE, rgb: Uint8Array.from({ length: 3 * EDGE ** 2 }, (_, i) => [110, 160, 220][i % 3] ?? 0) };
}

function checker(): Picture {
  const isLight = (pixel: number) => ((Math.floor((pixel % EDGE) / GRID) + Math.floor(pixel / EDGE / GRID)) & 1) === 0;
  return { width: EDGE, height: EDGE, rgb: Uint8Array.from({ length: 3 * EDGE ** 2 }, (_, i) => (isLight(Math.floor(i / 3)) ? 240 : 20)) };
}
