import type { Tensor } from '../tensor.ts';
import type { TextEncoderConfig } from './text-encoder-config.ts';

/**
 * Which states of the tokens to return: `0` = the embeddings, `k` = after layer k, `-1` = after the last layer,
 * `-2` = after the one before it (SDXL's choice), `'last'` = after the last layer and the final layer norm.
 */
export type HiddenState = number | 'last';

export interface TextEmbeds {
  /** [n, tokens, width] */
  readonly hidden: Tensor;
  /** [n, projection], of an encoder with a `text_projection`; `undefined` of one without. */
  readonly pooled: Tensor | undefined;
}

/** One of SDXL's two CLIP text encoders. */
export interface TextEncoder {
  readonly config: TextEncoderConfig;
  /** Encodes n prompts of exactly `config.maxTokens` (77) ids each. */
  encode(ids: readonly (readonly number[])[], hiddenState: HiddenState): Promise<TextEmbeds>;
  close(): Promise<void>;
}
