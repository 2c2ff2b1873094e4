import * as v from 'valibot';
import { BadCheckpoint } from '../checkpoint/bad-checkpoint.ts';
import { only, parseConfig, positive } from './parse-config.ts';

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

/** Absent fields take the defaults of transformers' CLIPTextConfig. */
const schema = v.object({
  architectures: v.optional(v.pipe(v.array(v.picklist(['CLIPTextModel', 'CLIPTextModelWithProjection'])), v.minLength(1)), ['CLIPTextModel']),
  model_type: only('clip_text_model'),
  hidden_size: v.optional(positive, 512),
  intermediate_size: v.optional(positive, 2048),
  num_hidden_layers: v.optional(positive, 12),
  num_attention_heads: v.optional(positive, 8),
  hidden_act: v.optional(v.picklist(['quick_gelu', 'gelu']), 'quick_gelu'),
  layer_norm_eps: v.optional(v.number(), 1e-5),
  vocab_size: v.optional(positive, 49408),
  max_position_embeddings: v.optional(positive, 77),
  projection_dim: v.optional(positive, 512),
  eos_token_id: v.optional(v.number(), 49407),
});

/** Parses a text encoder's config.json. Throws `BadCheckpoint` naming the field that cannot be run. */
export function parseTextEncoderConfig(file: string, json: unknown): TextEncoderConfig {
  const c = parseConfig(schema, file, json);
  if (c.hidden_size % c.num_attention_heads !== 0) {
    throw new BadCheckpoint(file, `num_attention_heads ${c.num_attention_heads} does not divide hidden_size ${c.hidden_size}`);
  }
  return {
    width: c.hidden_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    intermediate: c.intermediate_size,
    activation: c.hidden_act,
    layerNormEps: c.layer_norm_eps,
    vocabSize: c.vocab_size,
    maxTokens: c.max_position_embeddings,
    eosTokenId: c.eos_token_id,
    projection: c.architectures.includes('CLIPTextModelWithProjection') ? c.projection_dim : undefined,
  };
}
