import { mkdir, open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { elementCount } from '../../gpu-worker/sdxl/tensor.ts';

/** What one network is: its config.json, and the shape of each of its tensors by name. */
export interface NetworkShape {
  readonly config: unknown;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** A checkpoint folder to be written: its networks by the name of their subfolders. */
export interface CheckpointShape {
  readonly modelIndex: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, NetworkShape>>;
}

/**
 * The standard deviation that transformers initialises CLIP with. A layer of n inputs then multiplies by 0.02 √n: 0.7 for 1280 inputs,
 * 2 for a 3×3 convolution of 1280 channels; with norms in between, no number comes near float16's limit of 65,504.
 */
const STANDARD_DEVIATION = 0.02;
/** Made once, and repeated: random numbers are slower to make than disks are to write. */
const BLOCK_NUMBERS = 2 ** 24;
const BYTES = 2;
const ONE = 0x3c00;

/** Writes a diffusers folder of random float16 weights, norms' scales being ones. Returns how many bytes of weights it wrote. */
export async function writeRandomCheckpoint(folder: string, { modelIndex, networks }: CheckpointShape, signal?: AbortSignal): Promise<number> {
  const block = randomHalves(BLOCK_NUMBERS);
  const ones = new Uint16Array(2 ** 14).fill(ONE);
  let written = 0;
  for (const [name, { config, shapes }] of Object.entries(networks)) {
    const stem = name.startsWith('text_encoder') ? 'model' : 'diffusion_pytorch_model';
    await mkdir(path.join(folder, name), { recursive: true });
    await writeJson(path.join(folder, name, 'config.json'), config);
    written += await writeWeights(path.join(folder, name, `${stem}.fp16.safetensors`), shapes, (tensor) => (isScale(tensor) ? ones : block), signal);
  }
  await mkdir(path.join(folder, 'scheduler'), { recursive: true });
  await writeJson(path.join(folder, 'scheduler', 'scheduler_config.json'), { _class_name: 'EulerDiscreteScheduler', beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012 });
  await writeJson(path.join(folder, 'model_index.json'), modelIndex);
  return written;
}

/** How many bytes a checkpoint's weights will take. */
export function weightBytes({ networks }: Pick<CheckpointShape, 'networks'>): number {
  return Object.values(networks).reduce((sum, network) => sum + BYTES * parameterCount(network), 0);
}

export function parameterCount({ shapes }: NetworkShape): number {
  return Object.values(shapes).reduce((sum, dims) => sum + elementCount(dims), 0);
}

type Shapes = NetworkShape['shapes'];

async function writeWeights(file: string, shapes: Shapes, contents: (tensor: string) => Uint16Array, signal: AbortSignal | undefined): Promise<number> {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const start = end;
      end += BYTES * elementCount(shape);
      return [name, { dtype: 'F16', shape, data_offsets: [start, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const handle = await open(file, 'w');
  try {
    await handle.writev([length, json]);
    for (const [name, shape] of Object.entries(shapes)) {
      await writeRepeated(handle, contents(name), elementCount(shape), signal);
    }
  } finally {
    await handle.close();
  }
  return end;
}

async function writeRepeated(handle: FileHandle, numbers: Uint16Array, count: number, signal: AbortSignal | undefined): Promise<void> {
  for (let left = count; left > 0; left -= numbers.length) {
    signal?.throwIfAborted();
    const part = numbers.subarray(0, Math.min(left, numbers.length));
    await handle.writev([new Uint8Array(part.buffer, part.byteOffset, part.byteLength)]);
  }
}

function isScale(tensor: string): boolean {
  return /norm[^.]*\.weight$/.test(tensor);
}

/** Normal numbers (Box and Muller) as float16. */
function randomHalves(count: number): Uint16Array {
  const halves = new Uint16Array(count);
  let state = 1;
  const uniform = () => {
    // Lehmer's generator, the same numbers at every run: https://en.wikipedia.org/wiki/Lehmer_random_number_generator
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
  for (let i = 0; i < count; i++) {
    halves[i] = toHalf(STANDARD_DEVIATION * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }
  return halves;
}

/** For numbers well inside float16's range; the last bit is cut, not rounded. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -14) return sign;
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 15) << 10) | Math.floor((magnitude / 2 ** exponent - 1) * 1024);
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(value, undefined, 2));
}
