import type { Weights } from '../safetensors/weights.ts';
import type { ModelIndex } from './model-index.ts';

/** The networks of a checkpoint, by diffusers' names. */
export type PartName = 'text_encoder' | 'text_encoder_2' | 'unet' | 'vae';

/** One network as it is stored. */
export interface CheckpointPart {
  /** What errors about the config name: a config.json, or the file that the official config stands in for. */
  readonly configFile: string;
  /** The contents of a config.json, not yet parsed. */
  readonly config: unknown;
  /** Under diffusers' names. */
  readonly weights: Weights;
}

/** A checkpoint on disk, in whatever layout. */
export interface CheckpointSource {
  /** The folder or file. */
  readonly path: string;
  /** `tokenizer/` and `tokenizer_2/` lie in it. */
  readonly tokenizerFolder: string;
  readonly index: ModelIndex;
  readonly schedulerConfig: Readonly<Record<string, unknown>>;
  /** Reads a network's config and the headers of its weights. Throws `BadCheckpoint` or `BadWeights`. */
  part(name: PartName): Promise<CheckpointPart>;
}
