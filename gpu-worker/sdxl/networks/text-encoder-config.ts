/** What the graph builder and the pipeline need to know of a CLIP text encoder; all of it from its config.json. */
export interface TextEncoderConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly layerNormEps: number;
  readonly vocabSize: number;
  /** Tokens in a prompt, padding included: 77. */
  readonly maxTokens: number;
  /** The id whose first place is pooled; 2 stands for "the largest id", as in transformers. */
  readonly eosTokenId: number;
  /** Width of the pooled vector, or `undefined` for an encoder without `text_projection`. */
  readonly projection: number | undefined;
}
