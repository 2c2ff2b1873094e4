import path from 'node:path';
import { DEMO } from '../../core/model.ts';
import { decodeLatents } from '../../gpu-worker/sdxl/pipeline/decode.ts';
import { openSdxl } from '../../gpu-worker/sdxl/pipeline/open-sdxl.ts';
import { finishWithRefiner } from '../../gpu-worker/sdxl/pipeline/refine-latents.ts';
import { paintBase } from '../../gpu-worker/sdxl/pipeline/text-to-image.ts';
import { drawingPrompts } from './drawing-prompts.ts';
import type { NamedPicture } from './photographs.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../gpu-worker/demo-model');

/** What the demo model paints as the product does, base and refiner, one prompt a picture: 128 × 128 pixels, before they are enlarged. */
export async function* paintDrawings(count: number, steps = DEMO.steps): AsyncGenerator<NamedPicture> {
  const sdxl = await openSdxl({ base: path.join(FOLDER, 'base'), refiner: path.join(FOLDER, 'refiner'), provider: 'cpu', host: 'process' });
  try {
    for (const [seed, prompt] of drawingPrompts(count).entries()) {
      const asked = { prompt, negativePrompt: null, guidanceScale: DEMO.guidanceScale, steps, seeds: [seed] };
      const latents = await paintBase(sdxl, { ...asked, width: DEMO.edge, height: DEMO.edge, denoisingEnd: DEMO.denoisingEnd });
      const [picture] = await decodeLatents(sdxl, await finishWithRefiner(sdxl, { ...asked, latents, denoisingStart: DEMO.denoisingEnd }));
      if (!picture) throw new RangeError('the VAE decoded no picture');
      yield { name: prompt, picture };
    }
  } finally {
    await sdxl.close();
  }
}
