/**
 * Records what nsfwjs itself says of the reference pictures:
 *
 *     npx tsx test/gpu-worker/screening/record-nsfwjs.ts > test/reference/screening.json
 *
 * nsfwjs and TensorFlow.js (300 MB) are installed into a folder of the system's temp, which is removed afterwards.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referencePictures } from './reference-pictures.ts';

const PACKAGES = ['nsfwjs@4.4.0', '@tensorflow/tfjs@4.22.0', 'buffer@6.0.3'];

const RUN = `
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const { load } = require('nsfwjs/core');
const { MobileNetV2MidModel } = require('nsfwjs/models/mobilenet_v2_mid');
console.info = () => {};
await tf.setBackend('cpu');
const model = await load('MobileNetV2Mid', { modelDefinitions: [MobileNetV2MidModel] });
const recorded = [];
for (const { name, width, height, rgb } of JSON.parse(readFileSync('pictures.json', 'utf8'))) {
  const scores = await model.classify(tf.tensor3d([...Buffer.from(rgb, 'base64')], [height, width, 3], 'int32'));
  recorded.push({ name, scores: Object.fromEntries(scores.map(({ className, probability }) => [className.toLowerCase(), probability])) });
}
process.stdout.write(JSON.stringify(recorded, null, 2) + '\\n');
`;

const folder = mkdtempSync(join(tmpdir(), 'nsfwjs-'));
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', ...PACKAGES, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: folder });
  const pictures = referencePictures().map((picture) => ({ ...picture, rgb: Buffer.from(picture.rgb).toString('base64') }));
  writeFileSync(join(folder, 'pictures.json'), JSON.stringify(pictures));
  writeFileSync(join(folder, 'run.mjs'), RUN);
  process.stdout.write(execFileSync('node', ['run.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
