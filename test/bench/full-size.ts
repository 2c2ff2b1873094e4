/** SDXL's networks in their full size: what opening them costs, and a step of each, and a decode. */
import { readFileSync } from 'node:fs';
import { link, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Checkpoint } from '../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import { guide } from '../../gpu-worker/sdxl/pipeline/guidance.ts';
import { tiledVae } from '../../gpu-worker/sdxl/pipeline/tiled-vae.ts';
import { tensor } from '../../gpu-worker/sdxl/tensor.ts';
import type { Tensor } from '../../gpu-worker/sdxl/tensor.ts';
import { parameterCount, weightBytes, writeRandomCheckpoint } from './full-size-checkpoint.ts';
import type { CheckpointShape, NetworkShape } from './full-size-checkpoint.ts';
import { ProcessWatch } from './full-size-memory.ts';
import type { ProcessUse } from './full-size-memory.ts';
import { childPids } from './process-memory.ts';
import { formatTable } from './table.ts';

export interface FullSizeOptions {
  /** Where the weights' folder is made, and removed again; the system's temp folder by default. */
  readonly dir?: string | undefined;
  /** Edge of the picture in pixels. */
  readonly edge: number;
  readonly shapes: ModelShapes;
  readonly print: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Base and refiner, or only one of them. */
export type ModelShapes = Readonly<Record<string, CheckpointShape>>;

const GIB = 2 ** 30;
/** What one decode at 1024² needs in one piece, with room to spare. */
const UNTILED_DECODE_GIB = 4.5;
const TILE_PX = 512;

/** Names and shapes of the official SDXL 1.0 checkpoints. The refiner's second text encoder and VAE are the base's. */
export function officialShapes(): ModelShapes {
  const shapes = v.object({ config: v.unknown(), shapes: v.record(v.string(), v.array(v.number())) });
  const file = v.object({ components: v.object({ 'base/unet': shapes, 'refiner/unet': shapes, vae: shapes, text_encoder: shapes, text_encoder_2: shapes }) });
  const packed = readFileSync(path.resolve(import.meta.dirname, '../reference/official-shapes.json.gz'));
  const { components } = v.parse(file, JSON.parse(gunzipSync(packed).toString()));
  const { vae, text_encoder, text_encoder_2 } = components;
  const second = ['transformers', 'CLIPTextModelWithProjection'];
  return {
    base: {
      modelIndex: { _class_name: 'StableDiffusionXLPipeline', text_encoder: ['transformers', 'CLIPTextModel'], text_encoder_2: second, force_zeros_for_empty_prompt: true },
      networks: { unet: components['base/unet'], vae, text_encoder, text_encoder_2 },
    },
    refiner: {
      modelIndex: { _class_name: 'StableDiffusionXLImg2ImgPipeline', text_encoder_2: second, force_zeros_for_empty_prompt: false, requires_aesthetics_score: true },
      networks: { unet: components['refiner/unet'], vae, text_encoder_2 },
    },
  };
}

/**
 * Writes random weights, opens them as any checkpoint, runs one guided step of each model and one decode, and prints what it took.
 * The folder is removed whatever happens. Throws `RangeError` when the disk is too full, and when a number is not finite.
 */
export async function benchFullSize({ dir = tmpdir(), edge, shapes, print, signal }: FullSizeOptions): Promise<void> {
  await checkDisk(dir, shapes);
  const folder = await mkdtemp(path.join(dir, 'refinery-full-size-'));
  try {
    const startedAt = performance.now();
    const bytes = await writeAll(folder, shapes, signal);
    print(`Random float16 weights: ${(bytes / GIB).toFixed(1)} GiB written in ${seconds(performance.now() - startedAt)} s.\n`);
    print(parameterTable(shapes));
    for (const model of Object.keys(shapes)) {
      signal?.throwIfAborted();
      print(`\n${model}, at ${edge} × ${edge}\n`);
      print(await measureModel(path.join(folder, model), edge, model === Object.keys(shapes)[0], signal));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkDisk(dir: string, shapes: ModelShapes): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const needed = Object.values(shapes).reduce((sum, shape) => sum + weightBytes(shape), GIB / 4);
  if (bavail * bsize < needed) {
    throw new RangeError(`${dir} has ${(bavail * bsize / GIB).toFixed(1)} GiB free, and the weights take ${(needed / GIB).toFixed(1)} GiB: name a larger disk by --dir.`);
  }
}

/** What base and refiner have in common is written once, and linked. */
async function writeAll(folder: string, shapes: ModelShapes, signal: AbortSignal | undefined): Promise<number> {
  const [first = '', ...others] = Object.keys(shapes);
  let bytes = await writeRandomCheckpoint(path.join(folder, first), shapes[first] ?? nothing(first), signal);
  for (const model of others) {
    const { modelIndex, networks } = shapes[model] ?? nothing(model);
    const known = shapes[first]?.networks ?? {};
    const common = Object.keys(networks).filter((name) => networks[name] === known[name]);
    const own = Object.fromEntries(Object.entries(networks).filter(([name]) => !common.includes(name)));
    bytes += await writeRandomCheckpoint(path.join(folder, model), { modelIndex, networks: own }, signal);
    for (const name of common) {
      const weights = `${name.startsWith('text_encoder') ? 'model' : 'diffusion_pytorch_model'}.fp16.safetensors`;
      await mkdir(path.join(folder, model, name));
      for (const file of ['config.json', weights]) await link(path.join(folder, first, name, file), path.join(folder, model, name, file));
    }
  }
  return bytes;
}

function nothing(model: string): never {
  throw new RangeError(`there are no shapes of ${model}`);
}

function parameterTable(shapes: ModelShapes): string {
  const networks = Object.entries(shapes).flatMap(([model, { networks }]) => Object.entries(networks).map(([name, network]) => [`${model}/${name}`, network] as const));
  return formatTable(['network', 'parameters'], networks.map(([name, network]) => [name, count(network)]));
}

function count(network: NetworkShape): string {
  return parameterCount(network).toLocaleString('en');
}

/** Opens a checkpoint in a child process and runs it; returns a table of what each part took. */
async function measureModel(folder: string, edge: number, decodes: boolean, signal: AbortSignal | undefined): Promise<string> {
  const before = new Set(await childPids());
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  const opening = openCheckpoint(folder, { provider: 'cpu', host: 'process' });
  const watch = new ProcessWatch(await hostPid(before));
  const rows: string[][] = [];
  // A run cannot be cancelled: its process is ended, and the run rejects.
  const end = () => void opening.then((checkpoint) => checkpoint.close());
  signal?.addEventListener('abort', end, { once: true });
  try {
    const checkpoint = await opening;
    const own = process.cpuUsage(ownBefore);
    let last = await watch.look();
    rows.push(row('sessions created', performance.now() - startedAt, last, last.cpuSeconds + (own.user + own.system) / 1e6));
    const stage = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      signal?.throwIfAborted();
      const start = performance.now();
      const result = await run();
      const use = await watch.look();
      rows.push(row(name, performance.now() - start, use, use.cpuSeconds - last.cpuSeconds));
      last = use;
      return result;
    };
    try {
      const conditioning = await stage('two prompts encoded', () => encode(checkpoint, edge));
      const latents = await stage('one guided step', () => guidedStep(checkpoint, edge, conditioning));
      if (decodes) await decodeBothWays(checkpoint, latents, stage);
    } finally {
      await checkpoint.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
    watch.stop();
  }
  return formatTable(['', 'CPU-s', 'wall s', 'anonymous MiB', 'its peak', 'mapped MiB', 'its peak'], rows);
}

async function decodeBothWays(checkpoint: Checkpoint, latents: Tensor, stage: <T>(name: string, run: () => Promise<T>) => Promise<T>): Promise<void> {
  const scaled = tensor(latents.dims, latents.data.map((value) => value / checkpoint.vae.config.scalingFactor));
  await stage(`decoded in tiles of ${TILE_PX}`, async () => checkFinite('decoded picture', await tiledVae(checkpoint.vae, { pixels: TILE_PX }).decode(scaled)));
  if (freemem() < UNTILED_DECODE_GIB * GIB) return;
  await stage('decoded in one piece', async () => checkFinite('decoded picture', await checkpoint.vae.decode(scaled)));
}

interface Conditioning {
  readonly promptEmbeds: Tensor;
  readonly pooledPromptEmbeds: Tensor;
  readonly timeIds: Tensor;
}

/** Two prompts of arbitrary token ids: the prompt, and the one to lean away from. */
async function encode({ textEncoder, textEncoder2, timeIdCount }: Checkpoint, edge: number): Promise<Conditioning> {
  const { maxTokens, vocabSize, eosTokenId } = textEncoder2.config;
  const eos = eosTokenId === 2 ? vocabSize - 1 : eosTokenId;
  const ids = [1, 2].map((seed) => Array.from({ length: maxTokens }, (_, i) => (i === maxTokens - 1 ? eos : (seed * 7919 * (i + 1)) % (vocabSize - 2))));
  const second = await textEncoder2.encode(ids, -2);
  const first = textEncoder === undefined ? undefined : await textEncoder.encode(ids, -2);
  const promptEmbeds = first === undefined ? second.hidden : joinWidths(first.hidden, second.hidden);
  if (second.pooled === undefined) throw new TypeError('the second text encoder gave nothing pooled');
  const sizes = timeIdCount === 6 ? [edge, edge, 0, 0, edge, edge] : [edge, edge, 0, 0, 6];
  return { promptEmbeds: checkFinite('prompt embeds', promptEmbeds), pooledPromptEmbeds: second.pooled, timeIds: tensor([2, timeIdCount], Float32Array.from([...sizes, ...sizes])) };
}

function joinWidths(a: Tensor, b: Tensor): Tensor {
  const [samples = 0, tokens = 0, left = 0] = a.dims;
  const right = b.dims[2] ?? 0;
  const joined = tensor([samples, tokens, left + right]);
  for (let row = 0; row < samples * tokens; row++) {
    joined.data.set(a.data.subarray(row * left, (row + 1) * left), row * (left + right));
    joined.data.set(b.data.subarray(row * right, (row + 1) * right), row * (left + right) + left);
  }
  return joined;
}

/** One pass of two samples, and the last Euler step with it: the latents that the model takes for noise-free. */
async function guidedStep({ unet, vae }: Checkpoint, edge: number, conditioning: Conditioning): Promise<Tensor> {
  const latentEdge = edge / vae.config.pixelsPerLatent;
  const { inChannels: channels } = unet.config;
  const one = Float32Array.from({ length: channels * latentEdge ** 2 }, (_, i) => Math.sin(i * 12.9898) * 1.4);
  const sample = tensor([2, channels, latentEdge, latentEdge], new Float32Array([...one, ...one]));
  const predicted = checkFinite('noise prediction', await unet.predict({ sample, timestep: 501, ...conditioning }));
  const noise = guide(predicted.data.subarray(0, one.length), predicted.data.subarray(one.length), 5);
  return tensor([1, channels, latentEdge, latentEdge], one.map((value, i) => (value - (noise[i] ?? 0)) / 2));
}

function checkFinite(name: string, value: Tensor): Tensor {
  if (!value.data.every(Number.isFinite)) throw new RangeError(`the ${name} has numbers that are not finite`);
  return value;
}

/** The child process that was started last. */
async function hostPid(before: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const pid = (await childPids()).find((child) => !before.has(child));
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function row(name: string, wallMs: number, use: ProcessUse, cpuSeconds: number): string[] {
  const mib = (value: number) => value.toFixed(0);
  return [name, cpuSeconds.toFixed(1), seconds(wallMs), mib(use.anonymousMiB), mib(use.peakAnonymousMiB), mib(use.mappedMiB), mib(use.peakMappedMiB)];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
