import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ESRGAN_THICK_PACKAGE } from './esrgan-thick.ts';
import { run } from './packed-model.ts';

/** What the package asks for beside it. */
const TFJS = ['core', 'layers', 'backend-cpu'].map((part) => `@tensorflow/tfjs-${part}@4.11.0`);
const WIDTH = 32;
const HEIGHT = 24;
const SCALE = 4;

/** Runs the packed model in TensorFlow.js on the CPU, in float32, and writes picture and result as a topic of test/reference. */
export async function recordTfjs(folder: string, to: string): Promise<void> {
  console.log(`fetching ${TFJS.join(', ')} …`);
  await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...TFJS]);
  const picture = testPicture();
  await writeFile(join(folder, 'picture.bin'), picture);
  // Beside node_modules, so that it finds what was installed.
  await copyFile(join(import.meta.dirname, 'run-tfjs.mjs'), join(folder, 'run-tfjs.mjs'));
  console.log('running it: a minute or so …');
  await run(process.execPath, [join(folder, 'run-tfjs.mjs'), String(WIDTH), String(HEIGHT)], { cwd: folder });
  const enlarged = await readFile(join(folder, 'enlarged.bin'));
  await writeFile(join(to, 'upscaler.bin'), Buffer.concat([picture, enlarged]));
  const topic = {
    topic: 'upscaler',
    note: `${ESRGAN_THICK_PACKAGE}, models/x4, run by ${TFJS.join(', ')} in float32. picture: 8-bit RGB; enlarged: RGB in 0…1, not clamped.`,
    cases: [{ id: 'x4', picture: 'picture', enlarged: 'enlarged' }],
    arrays: {
      picture: entry(picture, { offset: 0, dtype: 'u8', shape: [HEIGHT, WIDTH, 3] }),
      enlarged: entry(enlarged, { offset: picture.length, dtype: 'f32', shape: [HEIGHT * SCALE, WIDTH * SCALE, 3] }),
    },
  };
  await writeFile(join(to, 'upscaler.json'), `${JSON.stringify(topic)}\n`);
  console.log(`wrote ${join(to, 'upscaler.json')} and its .bin`);
}

/** An array of the topic, as the reference's reader knows them. */
function entry(bytes: Uint8Array, about: { readonly offset: number; readonly dtype: 'u8' | 'f32'; readonly shape: readonly number[] }) {
  return { file: 'upscaler.bin', ...about, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A slope of colours with a disc, a checker and a line on it. */
function testPicture(): Uint8Array {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) rgb.set(colourAt(x, y), (y * WIDTH + x) * 3);
  }
  return rgb;
}

function colourAt(x: number, y: number): readonly [number, number, number] {
  if (Math.hypot(x - 9, y - 11) < 6.5) return [210, 40, 30];
  if (x >= 20 && y < 12) return (x + y) % 2 === 0 ? [245, 245, 235] : [20, 25, 40];
  if (Math.abs(x - y - 2) < 1) return [250, 220, 60];
  return [4 * x + 60, 6 * y + 50, 200 - 3 * x];
}
