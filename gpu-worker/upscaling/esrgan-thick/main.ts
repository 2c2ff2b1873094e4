/** `npm run convert-esrgan`: makes the upscaler's default weights anew out of the npm package that they come from. */
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSafetensors } from '../../sdxl/safetensors/write-safetensors.ts';
import { ESRGAN_THICK, ESRGAN_THICK_PACKAGE } from './esrgan-thick.ts';
import { withPackedModel } from './packed-model.ts';
import { readTfjsWeights } from './read-tfjs-weights.ts';
import { recordTfjs } from './record-tfjs.ts';
import { toRrdb } from './to-rrdb.ts';

const HELP = `npm run convert-esrgan [-- --record DIR]

Packs ${ESRGAN_THICK_PACKAGE} into a temporary folder (110 MB; nothing is installed) and writes its x4 weights, in half
precision and under Real-ESRGAN's names, to gpu-worker/upscaling/esrgan-thick/, the licence beside them.
The same package gives the same bytes.

  --record DIR   instead, run the package's own weights in TensorFlow.js (100 MB more, into the same folder) on a small
                 picture, and write both to DIR/upscaler.json and DIR/upscaler.bin: what the tests compare with
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, record: { type: 'string' } } });
  if (values.help) return void process.stdout.write(HELP);
  const { record } = values;
  await withPackedModel((folder) => (record === undefined ? convert(folder) : recordTfjs(folder, resolve(record))));
}

async function convert(folder: string): Promise<void> {
  const tensors = toRrdb(await readTfjsWeights(join(folder, 'package/models/x4/model.json')));
  await writeSafetensors(ESRGAN_THICK, tensors, { source: `${ESRGAN_THICK_PACKAGE}, models/x4`, licence: 'MIT', negative_slope: '0' });
  await copyFile(join(folder, 'package/LICENSE'), join(import.meta.dirname, 'LICENSE'));
  const digest = createHash('sha256').update(await readFile(ESRGAN_THICK)).digest('hex');
  console.log(`wrote ${ESRGAN_THICK}\nsha256 ${digest}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
