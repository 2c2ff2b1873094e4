/**
 * The layers that SDXL's networks are made of, as the graph builders call them.
 *
 * The builders say *what* is computed; an implementation of `Layers` says how, for one execution provider: which
 * operators, which memory layout, which precision. Feature maps and rows are handles: only their `Layers` knows what lies behind.
 */

/** A feature map, [batch, channels, height, width]. */
export interface FeatureMap {
  readonly kind: 'map';
  readonly value: string;
  readonly channels: number;
}

/** Vectors of one width: [batch × tokens, width], or [batch, width]. */
export interface Rows {
  readonly kind: 'rows';
  readonly value: string;
  readonly width: number;
}

export type Activation = 'silu' | 'gelu' | 'quick_gelu';

export interface ConvOptions {
  readonly channels: number;
  readonly kernel: 1 | 3;
  /** 2 halves the map. */
  readonly stride?: 1 | 2;
  /** `right-bottom`: one row and column of zeros at the far edges only, as the VAE pads before halving. */
  readonly pad?: 'all-sides' | 'right-bottom';
  /** Absent: there is one. */
  readonly bias?: boolean;
}

export interface AttentionInput {
  readonly queries: Rows;
  readonly keys: Rows;
  readonly values: Rows;
  readonly heads: number;
  /** No token sees a later one. */
  readonly causal?: boolean;
}

/** `name` is a weight's name without `.weight` and `.bias`; sizes must fit the weights (`BadWeights`). */
export interface Layers {
  /** Graph input [batch, channels, height, width]. */
  mapInput(name: string, channels: number): FeatureMap;
  /** Graph input [batch, width], or [batch, tokens, width] with any number of tokens. */
  rowsInput(name: string, width: number, per: 'sample' | 'token'): Rows;
  /** Makes a value a graph output: [batch, channels, height, width], or [rows, width]. */
  output(name: string, x: FeatureMap | Rows): void;

  conv(x: FeatureMap, name: string, options: ConvOptions): FeatureMap;
  groupNorm(x: FeatureMap, name: string, options: { readonly groups: number; readonly eps: number; readonly silu: boolean }): FeatureMap;
  addMaps(a: FeatureMap, b: FeatureMap): FeatureMap;
  /** Multiplies by `factor` and by the graph input of that name, one number ([1]); it is declared where it is first asked for. */
  scaleMap(x: FeatureMap, input: string, factor: number): FeatureMap;
  /** Adds each sample's vector [batch, channels] to all its pixels. */
  addToPixels(x: FeatureMap, perSample: Rows): FeatureMap;
  concatChannels(a: FeatureMap, b: FeatureMap): FeatureMap;
  /** Nearest neighbour, to the height and width of `like`. */
  enlargeTo(x: FeatureMap, like: FeatureMap): FeatureMap;
  enlargeTwice(x: FeatureMap): FeatureMap;
  /** One row per pixel, and back to the height and width of `like`. */
  toRows(x: FeatureMap): Rows;
  toMap(x: Rows, like: FeatureMap): FeatureMap;

  linear(x: Rows, name: string, width: number, options?: { readonly bias: boolean }): Rows;
  layerNorm(x: Rows, name: string, eps: number): Rows;
  activate(x: Rows, activation: Activation): Rows;
  /** a · gelu(b), where [a, b] is one linear layer of twice `width`: https://arxiv.org/abs/2002.05202 */
  geglu(x: Rows, name: string, width: number): Rows;
  /** The same of rows [a, b] that are there already. */
  gate(x: Rows): Rows;
  scaleRows(x: Rows, input: string, factor: number): Rows;
  addRows(a: Rows, b: Rows): Rows;
  concatRows(a: Rows, b: Rows): Rows;
  /** Scaled dot-product attention within each sample; before it, `linear` made queries, keys and values of one width. */
  attention(input: AttentionInput): Rows;

  /** Graph input of int32 ids [batch, tokens] → token embedding + position embedding. */
  embedTokens(input: string, options: { readonly tokenTable: string; readonly positionTable: string; readonly vocabSize: number; readonly tokens: number; readonly width: number }): Rows;
  /** Graph input of int32 row numbers [n] → those rows. */
  pickRows(x: Rows, input: string): Rows;
}

/** What upscaling networks have besides: they are convolutions and little else, at one size until the end. */
export interface UpscalingLayers extends Layers {
  /** x where it is positive, `slope` · x elsewhere; a slope of 0 is ReLU. */
  leakyRelu(x: FeatureMap, slope: number): FeatureMap;
  /** The same with a slope for each channel, the weight `name` (https://arxiv.org/abs/1502.01852). */
  prelu(x: FeatureMap, name: string): FeatureMap;
  /** Multiplies by a constant. */
  multiply(x: FeatureMap, factor: number): FeatureMap;
  /** Every pixel's channels become a block of `factor` × `factor` pixels, in PyTorch's order (https://arxiv.org/abs/1609.05158). */
  pixelShuffle(x: FeatureMap, factor: number): FeatureMap;
}
