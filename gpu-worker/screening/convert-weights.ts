/**
 * Makes weights/mobilenet-v2-mid.safetensors of what the npm package nsfwjs (MIT) carries. Its bytes stay as quantised as they are:
 *
 *     npx tsx gpu-worker/screening/convert-weights.ts
 *
 * The package is fetched by `npm pack` into a folder of the system's temp, and is no dependency: it brings TensorFlow.js along.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import * as v from 'valibot';

const PACKAGE = 'nsfwjs@4.4.0';
const MODEL = 'package/dist/models/mobilenet_v2_mid';
const SHARDS = ['group1-shard1of2', 'group1-shard2of2'];
const OUT = join(import.meta.dirname, 'weights/mobilenet-v2-mid.safetensors');
const BLOCKS = 17;

const spec = v.object({ name: v.string(), shape: v.array(v.number()), quantization: v.object({ dtype: v.literal('uint8'), min: v.number(), scale: v.number() }) });
const manifest = v.object({ weightsManifest: v.tuple([v.object({ weights: v.array(spec) })]) });

interface Stored {
  readonly name: string;
  readonly dtype: 'F32' | 'U8';
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

const folder = mkdtempSync(join(tmpdir(), 'nsfwjs-'));
try {
  execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: folder });
  execFileSync('tar', ['xzf', `${PACKAGE.replace('@', '-')}.tgz`], { cwd: folder });
  const [group] = v.parse(manifest, load('model')).weightsManifest;
  const bytes = Buffer.concat(SHARDS.map((shard) => Buffer.from(v.parse(v.string(), load(shard)), 'base64')));
  let at = 0;
  const tensors = group.weights.flatMap((weight) => {
    const count = weight.shape.reduce((product, dim) => product * dim, 1);
    const values = bytes.subarray(at, at + count);
    at += count;
    return converted(weight, values);
  });
  if (at !== bytes.length) throw new Error(`the package has ${bytes.length} bytes of weights, its manifest speaks of ${at}`);
  writeFileSync(OUT, safetensors(tensors));
  console.log(`${tensors.length} tensors, ${(at / 1e6).toFixed(1)} MB → ${OUT}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The package's modules are scripts that assign what they hold to `module.exports`. */
function load(name: string): unknown {
  const context = createContext({ module: { exports: undefined }, exports: {} });
  runInContext(readFileSync(join(folder, MODEL, `${name}.min.js`), 'utf8'), context);
  return runInContext('JSON.parse(JSON.stringify(module.exports))', context);
}

/** A tensor under its short name, laid out as ONNX wants it, with what makes numbers of its bytes: byte · scale + min. */
function converted({ name, shape, quantization: { min, scale } }: v.InferOutput<typeof spec>, values: Buffer): readonly Stored[] {
  const short = shortName(name);
  if (short === undefined) return [];
  return [
    { name: `${short}.scale`, dtype: 'F32', shape: [], bytes: float32(scale) },
    { name: `${short}.min`, dtype: 'F32', shape: [], bytes: float32(min) },
    { name: short, dtype: 'U8', ...transposed(values, shape, axesOf(name, shape)) },
  ];
}

/** `undefined` for the two numbers that scale the input to −1 … 1. */
function shortName(name: string): string | undefined {
  if (name.includes('hub_input')) return undefined;
  if (name.endsWith('/input/_262')) return 'classes.weight';
  if (name.endsWith('/input/_263')) return 'classes.bias';
  const [, place = '', kind = ''] = /MobilenetV2\/(.+)\/(?:Conv2D|depthwise)_(weights|bn_offset)$/.exec(name) ?? [];
  const part = kind === 'weights' ? 'weight' : 'bias';
  if (place === 'Conv') return `first.${part}`;
  if (place === 'Conv_1') return `last.${part}`;
  const [, index = '0', layer = ''] = /^expanded_conv(?:_(\d+))?\/(expand|depthwise|project)$/.exec(place) ?? [];
  if (layer === '' || Number(index) >= BLOCKS) throw new Error(`what is ${name}?`);
  return `blocks.${index}.${layer}.${part}`;
}

/** Which of TensorFlow's axes come first: [height, width, in, out] as [out, in, height, width], a depthwise [height, width, channels, 1] as [channels, 1, height, width]. */
function axesOf(name: string, shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return name.includes('depthwise_weights') ? [2, 3, 0, 1] : [3, 2, 0, 1];
  return shape.length === 2 ? [1, 0] : [0];
}

function transposed(values: Buffer, shape: readonly number[], axes: readonly number[]): { readonly shape: readonly number[]; readonly bytes: Buffer } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const dims = axes.map((axis) => shape[axis] ?? 1);
  const bytes = Buffer.alloc(values.length);
  for (let to = 0; to < bytes.length; to += 1) {
    let rest = to;
    let from = 0;
    for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
      const dim = dims[axis] ?? 1;
      from += (rest % dim) * (strides[axes[axis] ?? 0] ?? 0);
      rest = Math.floor(rest / dim);
    }
    bytes[to] = values[from] ?? 0;
  }
  return { shape: dims, bytes };
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

/** https://huggingface.co/docs/safetensors: scales first, so that they lie at multiples of four. */
function safetensors(tensors: readonly Stored[]): Buffer {
  const ordered = tensors.toSorted((a, b) => Number(a.dtype === 'U8') - Number(b.dtype === 'U8'));
  const header: Record<string, unknown> = { __metadata__: { source: `${PACKAGE}, mobilenet_v2_mid`, licence: 'MIT, (c) 2019 Infinite Red, Inc.' } };
  let at = 0;
  for (const { name, dtype, shape, bytes } of ordered) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...ordered.map(({ bytes }) => bytes)]);
}
