import type { Tensor } from '../tensor.ts';
import type { UNetConfig } from './unet-config.ts';

export interface UNetInput {
  /** [n, 4, height/8, width/8], already scaled by the scheduler. */
  readonly sample: Tensor;
  /** The training step, 999 … 0; fractions are fine. */
  readonly timestep: number;
  /** [n, tokens, context] */
  readonly promptEmbeds: Tensor;
  /** [n, projection] */
  readonly pooledPromptEmbeds: Tensor;
  /** [n, 6] for the base, [n, 5] for the refiner. */
  readonly timeIds: Tensor;
}

/** The denoiser of the base or of the refiner. */
export interface UNet {
  readonly config: UNetConfig;
  /** One pass; the result has the sample's shape (`config.outChannels` channels). */
  predict(input: UNetInput): Promise<Tensor>;
  /**
   * One pass that returns named intermediates (`time_proj`, `time_embedding`, `add_time_proj`, `add_embedding`, `conv_in`,
   * `down_blocks.N`, `mid_block`, `up_blocks.N`, `conv_norm_out`, and `output`). Only when opened with `probes: true`.
   */
  probe(input: UNetInput, names: readonly string[]): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}
