/** `npm run gallery`: paints a list of prompts with the demo model into one sheet, and says what stands where. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { STEPS } from '../../core/limits.ts';
import { DEMO } from '../../core/model.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { PROVIDER_WISHES, type ProviderWish } from '../sdxl/provider/choose-form.ts';
import { ESRGAN, MissingUpscaler, openUpscaler } from '../upscaling/open-upscaler.ts';
import { contactSheet } from './contact-sheet.ts';
import { BadGalleryList, DEFAULT_LIST, readGalleryList } from './gallery-list.ts';
import { paintWishes } from './paint-wishes.ts';

const DEFAULT_OUT = join(import.meta.dirname, '../demo-model/samples/gallery.webp');

const HELP = `npm run gallery [-- options]

Paints prompts with the demo model as /imagine does (base, refiner, enlarged) and puts the pictures into one sheet, row by row. Nothing is
chosen among several: one prompt and seed, one picture. Prints what the sheet shows, for those who cannot see it.

  --list FILE       [{ "prompt": "a cat", "seed": 28 }, …]           gpu-worker/gallery/gallery.json
  --out FILE        the sheet, a WebP                                gpu-worker/demo-model/samples/gallery.webp
  --across N        pictures in a row                                4
  --edge PX         edge of a picture in the sheet                   256
  --steps N         denoising steps                                  30
  --upscaler NAME   esrgan, lanczos, or one of your own (README)     esrgan
  --provider NAME   ${PROVIDER_WISHES.join(', ').padEnd(48)} auto
  -h, --help        this text
`;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, list: text(DEFAULT_LIST), out: text(DEFAULT_OUT), across: text('4'), edge: text('256'), steps: text('30'), provider: text('auto'), upscaler: text(ESRGAN) },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [across, edge, steps] = [whole('across', values.across, 1, 100), whole('edge', values.edge, 16, 2048), whole('steps', values.steps, STEPS.min, STEPS.max)];
  const provider = providerOf(values.provider);
  const wishes = await readGalleryList(values.list);
  const upscaler = await openUpscaler(values.upscaler, { modelsDir: process.env['MODELS_DIR'] ?? 'models', provider, onRemark: console.error });
  try {
    const pictures: Picture[] = [];
    for await (const painted of paintWishes(wishes, { steps, provider, signal: stop.signal })) {
      const size = { width: painted.width * DEMO.upscale, height: painted.height * DEMO.upscale };
      pictures.push((await upscaler.enlarge(painted, size, { signal: stop.signal })).picture);
      console.error(`${pictures.length} of ${wishes.length}: ${wishes[pictures.length - 1]?.prompt ?? ''}`);
    }
    await writeFile(values.out, await contactSheet(pictures, { across, edge }));
  } finally {
    await upscaler.close();
  }
  console.log(`Painted by the demo model, row by row: ${wishes.map(({ prompt, seed }) => `${prompt} (seed ${seed})`).join('; ')}.`);
}

function text(value: string) {
  return { type: 'string', default: value } as const;
}

/** What was asked for cannot be done. */
class BadUsage extends Error {}

function whole(option: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) throw new BadUsage(`--${option} is ${value}: give a whole number from ${min} to ${max}.`);
  return number;
}

function providerOf(value: string): ProviderWish {
  const wish = PROVIDER_WISHES.find((name) => name === value);
  if (wish === undefined) throw new BadUsage(`--provider is ${value}: give one of ${PROVIDER_WISHES.join(', ')}.`);
  return wish;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  const isUsage = error instanceof BadUsage || error instanceof BadGalleryList || error instanceof MissingUpscaler || (error instanceof TypeError && 'code' in error);
  process.exitCode = stop.signal.aborted ? 130 : isUsage ? 2 : 1;
}
