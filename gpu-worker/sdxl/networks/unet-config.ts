/** What the graph builder needs to know of a UNet2DConditionModel; all of it from its config.json. */
export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Latent height and width that it was trained at. */
  readonly sampleSize: number;
  readonly crossAttentionDim: number;
  /** Width of the sinusoids of each time id. */
  readonly additionTimeEmbedDim: number;
  /** Length of [pooled, sinusoids]: the input of `add_embedding`. */
  readonly additionInputDim: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  readonly normEps: number;
  readonly normGroups: number;
  readonly linearProjection: boolean;
  readonly down: readonly UNetBlockConfig[];
  readonly mid: UNetBlockConfig;
  /** In the order they run: deepest first. */
  readonly up: readonly UNetBlockConfig[];
}

export interface UNetBlockConfig {
  readonly channels: number;
  /** Resnets in the block. */
  readonly layers: number;
  /** Transformer layers after each resnet; 0 = a block without attention. */
  readonly transformerLayers: number;
  readonly heads: number;
}
