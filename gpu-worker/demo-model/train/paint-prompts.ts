/**
 * Paints a list of prompts with the engine, for evaluate.py: one model opened once, one picture a prompt, seed = place in the list.
 *
 *     npx tsx gpu-worker/demo-model/train/paint-prompts.ts MODEL PROMPTS.json OUT.rgb [steps] [first] [last]
 *
 * MODEL has base/ and refiner/; PROMPTS.json is a list of texts; OUT.rgb gets the pictures' bytes one after the other, and
 * OUT.rgb.base what the base alone makes of every fifth prompt from the same seed. With first and last (from 0, last not
 * included) several processes share the work, and their files are joined by cat.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLatents } from '../../sdxl/pipeline/decode.ts';
import { openSdxl } from '../../sdxl/pipeline/open-sdxl.ts';
import { finishWithRefiner } from '../../sdxl/pipeline/refine-latents.ts';
import type { Latents } from '../../sdxl/pipeline/sdxl.ts';
import { paintBase } from '../../sdxl/pipeline/text-to-image.ts';

const HANDOVER = 0.8;
const GUIDANCE_SCALE = 5;

const BASE_ALONE_EVERY = 5;

const [model, promptsFile, out, stepsText = '30', first = '0', last] = process.argv.slice(2);
if (model === undefined || promptsFile === undefined || out === undefined) throw new Error('Say: paint-prompts.ts MODEL PROMPTS.json OUT.rgb [steps] [first] [last]');
const steps = Number(stepsText);
const prompts = readPrompts(promptsFile);
const sdxl = await openSdxl({ base: join(model, 'base'), refiner: join(model, 'refiner'), provider: 'cpu', host: 'inline', threads: 1 });
const { unet, vae } = sdxl.base.checkpoint;
const size = unet.config.sampleSize * vae.config.pixelsPerLatent;
const refined: Uint8Array[] = [];
const baseAlone: Uint8Array[] = [];
const end = Math.min(Number(last ?? prompts.length), prompts.length);
for (let seed = Number(first); seed < end; seed += 1) {
  const request = { prompt: prompts[seed] ?? '', negativePrompt: null, width: size, height: size, steps, guidanceScale: GUIDANCE_SCALE, seeds: [seed] };
  const latents = await paintBase(sdxl, { ...request, denoisingEnd: HANDOVER });
  refined.push(await bytesOf(await finishWithRefiner(sdxl, { ...request, latents, denoisingStart: HANDOVER })));
  if (seed % BASE_ALONE_EVERY === 0) baseAlone.push(await bytesOf(await paintBase(sdxl, request)));
  if (seed % 20 === 19) console.log(`${seed + 1} of ${prompts.length}`);
}
await sdxl.close();
writeFileSync(out, Buffer.concat(refined));
writeFileSync(`${out}.base`, Buffer.concat(baseAlone));

async function bytesOf(latents: Latents): Promise<Uint8Array> {
  const [picture] = await decodeLatents(sdxl, latents);
  if (picture === undefined) throw new Error('the VAE returned no picture');
  return picture.rgb;
}

function readPrompts(file: string): readonly string[] {
  const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) throw new Error(`${file} must be a list of texts`);
  return list;
}
