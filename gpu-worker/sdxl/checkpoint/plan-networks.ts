import { buildGraph } from '../networks/build-graph.ts';
import type { GraphForm } from '../networks/graph-form.ts';
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
import type { CheckpointPart } from './checkpoint-source.ts';

export interface PlanOptions {
  readonly form: GraphForm;
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
  /** The decoder in float32, where `decoder` computes in less: some pictures overflow there. */
  readonly preciseDecoder: SessionSource | undefined;
}

/** Parses a text encoder's config and builds its graph. Throws `BadCheckpoint` or `BadWeights`. */
export function planTextEncoder(name: 'text_encoder' | 'text_encoder_2', part: CheckpointPart, options: PlanOptions): TextEncoderPlan {
  const config = parseTextEncoderConfig(part.configFile, part.config);
  return { config, ...adaptable(name, options, part.weights, (layers) => buildTextEncoder(layers, config)) };
}

/** Parses the UNet's config and builds its graph. Throws `BadCheckpoint` or `BadWeights`. */
export function planUNet(part: CheckpointPart, options: PlanOptions): UNetPlan {
  const config = parseUNetConfig(part.configFile, part.config);
  const build = (layers: Layers): void => {
    buildUNet(layers, config, options.probes === true ? (name, value) => layers.output(name, value()) : undefined);
  };
  return { config, ...adaptable('unet', options, part.weights, build) };
}

/** Parses the VAE's config and builds both its graphs. Throws `BadCheckpoint` or `BadWeights`. */
export function planVae(part: CheckpointPart, options: PlanOptions): VaePlan {
  const config = parseVaeConfig(part.configFile, part.config);
  const weights = withOldVaeNames(part.weights);
  const precise: PlanOptions = { ...options, form: { ...options.form, type: 'float32' } };
  const usual = config.forceUpcast ? precise : options;
  const decoder = (computing: PlanOptions): SessionSource => sourceOf('vae_decoder', computing, weights, (layers) => buildVaeDecoder(layers, config));
  return {
    config,
    encoder: sourceOf('vae_encoder', usual, weights, (layers) => buildVaeEncoder(layers, config)),
    decoder: decoder(usual),
    preciseDecoder: usual.form.type === 'float32' ? undefined : decoder(precise),
  };
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

function sourceOf(name: string, { form, threads }: PlanOptions, weights: Weights, build: (layers: Layers) => void): SessionSource {
  return { name, ...buildGraph(name, form, weights, build), threads };
}
