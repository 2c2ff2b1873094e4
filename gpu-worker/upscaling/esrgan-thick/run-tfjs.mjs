/** Run by record-tfjs.ts in a folder with the model and TensorFlow.js: picture.bin → enlarged.bin (float32). */
import { readFileSync, writeFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, loadLayersModel } from '@tensorflow/tfjs-layers';

const FOLDER = 'package/models/x4';
const [width, height] = process.argv.slice(2).map(Number);

// The two layers that the package itself registers.
class MultiplyBeta extends layers.Layer {
  static className = 'MultiplyBeta';
  call(inputs) {
    return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 0.2);
  }
}
class PixelShuffle extends layers.Layer {
  static className = 'PixelShuffle4x';
  computeOutputShape([batch, rows, columns]) {
    return [batch, rows, columns, 3];
  }
  call(inputs) {
    return tf.depthToSpace(Array.isArray(inputs) ? inputs[0] : inputs, 4, 'NHWC');
  }
}
tf.serialization.registerClass(MultiplyBeta);
tf.serialization.registerClass(PixelShuffle);

await tf.setBackend('cpu');
const { modelTopology, weightsManifest } = JSON.parse(readFileSync(`${FOLDER}/model.json`, 'utf8'));
const shards = Buffer.concat(weightsManifest.flatMap(({ paths }) => paths).map((path) => readFileSync(`${FOLDER}/${path}`)));
const weightData = shards.buffer.slice(shards.byteOffset, shards.byteOffset + shards.byteLength);
const model = await loadLayersModel({ load: async () => ({ modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData }) });
const picture = tf.tensor4d(Float32Array.from(readFileSync('picture.bin'), (value) => value / 255), [1, height, width, 3]);
writeFileSync('enlarged.bin', new Uint8Array(model.predict(picture).dataSync().slice().buffer));
