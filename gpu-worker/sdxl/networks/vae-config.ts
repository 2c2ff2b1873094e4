/** What the graph builder and the pipeline need to know of an AutoencoderKL; all of it from its config.json. */
export interface VaeConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly blockChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normGroups: number;
  readonly midAttention: boolean;
  readonly quantConv: boolean;
  readonly postQuantConv: boolean;
  /** Latents are multiplied by it after encoding and divided by it before decoding. */
  readonly scalingFactor: number;
  /** Picture height and width that it was trained at. */
  readonly sampleSize: number;
  /** Pixels per latent along an edge: 8 for SDXL. */
  readonly pixelsPerLatent: number;
}
