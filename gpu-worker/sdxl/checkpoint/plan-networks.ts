import { join } from 'node:path';
import { buildGraph } from '../networks/build-graph.ts';
import type { Provider } from '../networks/build-graph.ts';
import type { Layers } from '../networks/layers.ts';
import { withOldVaeNames } from '../networks/old-vae-names.ts';
import { parseTextEncoderConfig } from '../networks/text-encoder-config.ts';
import type { TextEncoderConfig } from '../networks/text-encoder-config.ts';
import { buildTextEncoder } from '../networks/text-encoder-graph.ts';
import { parseUNetConfig } from '../networks/unet-config.ts';
import type { UNetConfig } from '../networks/unet-config.ts';
import { buildUNet } from '../networks/unet-graph.ts';
import { parseVaeConfig } from '../networks/vae-config.ts';
import type { VaeConfig } from '../networks/vae-config.ts';
import { buildVaeDecoder, buildVaeEncoder } from '../networks/vae-graph.ts';
import { withBranches, withBranchWeights } from '../lora/lora-layers.ts';
import type { Branches } from '../lora/lora-layers.ts';
import type { Modules } from '../lora/lora-targets.ts';
import { recordWeights } from '../safetensors/recorded-weights.ts';
import type { Weights } from '../safetensors/weights.ts';
import type { SessionSource } from '../session/session-options.ts';
import { findWeights } from './find-weights.ts';
import { readJson } from './read-json.ts';

export interface PlanOptions {
  readonly provider: Provider;
  readonly probes?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** A network whose graph is built, and can be built again with LoRA's branches. */
export interface AdaptablePlan<C> {
  readonly config: C;
  readonly source: SessionSource;
  /** The layers that a LoRA may change. */
  readonly modules: Modules;
  withBranches(branches: Branches): SessionSource;
}

export type TextEncoderPlan = AdaptablePlan<TextEncoderConfig>;
export type UNetPlan = AdaptablePlan<UNetConfig>;

export interface VaePlan {
  readonly config: VaeConfig;
  readonly encoder: SessionSource;
  readonly decoder: SessionSource;
}

/** Reads a text encoder's config and weights, and builds its graph. Throws `BadCheckpoint` or `BadWeights`. */
export async function planTextEncoder(folder: string, name: 'text_encoder' | 'text_encoder_2', options: PlanOptions): Promise<TextEncoderPlan> {
  const config = await readConfig(join(folder, name), parseTextEncoderConfig);
  const weights = await findWeights(join(folder, name), 'model');
  return { config, ...adaptable(name, options, weights, (layers) => buildTextEncoder(layers, config)) };
}

/** Reads the UNet's config and weights, and builds its graph. Throws `BadCheckpoint` or `BadWeights`. */
export async function planUNet(folder: string, options: PlanOptions): Promise<UNetPlan> {
  const config = await readConfig(join(folder, 'unet'), parseUNetConfig);
  const weights = await findWeights(join(folder, 'unet'), 'diffusion_pytorch_model');
  const build = (layers: Layers): void => {
    buildUNet(layers, config, options.probes === true ? (name, value) => layers.output(name, value()) : undefined);
  };
  return { config, ...adaptable('unet', options, weights, build) };
}

/** Reads the VAE's config and weights, and builds both its graphs. Throws `BadCheckpoint` or `BadWeights`. */
export async function planVae(folder: string, options: PlanOptions): Promise<VaePlan> {
  const config = await readConfig(join(folder, 'vae'), parseVaeConfig);
  const weights = withOldVaeNames(await findWeights(join(folder, 'vae'), 'diffusion_pytorch_model'));
  return {
    config,
    encoder: sourceOf('vae_encoder', options, weights, (layers) => buildVaeEncoder(layers, config)),
    decoder: sourceOf('vae_decoder', options, weights, (layers) => buildVaeDecoder(layers, config)),
  };
}

async function readConfig<T>(folder: string, parse: (file: string, json: unknown) => T): Promise<T> {
  const file = join(folder, 'config.json');
  return parse(file, await readJson(file));
}

function adaptable(name: string, options: PlanOptions, weights: Weights, build: (layers: Layers) => void): Omit<AdaptablePlan<unknown>, 'config'> {
  const recorded = recordWeights(weights);
  return {
    source: sourceOf(name, options, recorded, build),
    modules: modulesOf(recorded.taken),
    withBranches: (branches) => sourceOf(name, options, withBranchWeights(weights, branches), (layers) => build(withBranches(layers, branches))),
  };
}

/** Linear and convolution layers are those whose weight is a matrix, or a matrix per pixel of a kernel; embeddings are no layers. */
function modulesOf(taken: ReadonlyMap<string, readonly number[]>): Modules {
  const layers = [...taken].filter(([name, dims]) => name.endsWith('.weight') && dims.length > 1 && !name.includes('embedding.weight'));
  return new Map(layers.map(([name, dims]) => [name.slice(0, -'.weight'.length), dims]));
}

function sourceOf(name: string, { provider, threads }: PlanOptions, weights: Weights, build: (layers: Layers) => void): SessionSource {
  return { name, ...buildGraph(name, provider, weights, build), threads };
}
