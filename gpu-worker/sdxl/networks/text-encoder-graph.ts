import type { Layers, Rows } from './layers.ts';
import type { TextEncoderConfig } from './text-encoder-config.ts';

/**
 * Builds transformers' CLIPTextModel, with its projection where the config has one.
 *
 * Inputs: `ids` int32 [n, 77]; with a projection also `pooled_rows` int32 [n]: the row (sample × 77 + place) to pool.
 * Outputs, one row per token: `hidden.0` (the embeddings) … `hidden.L` (after the last layer), `last` (after the final
 * layer norm); `pooled` [n, projection]. There is no mask but the causal one: padding is attended to, as SDXL was trained.
 */
export function buildTextEncoder(layers: Layers, config: TextEncoderConfig): void {
  let x = layers.embedTokens('ids', {
    tokenTable: 'text_model.embeddings.token_embedding.weight',
    positionTable: 'text_model.embeddings.position_embedding.weight',
    vocabSize: config.vocabSize,
    tokens: config.maxTokens,
    width: config.width,
  });
  layers.output('hidden.0', x);
  for (let i = 0; i < config.layers; i++) {
    x = encoderLayer(layers, x, `text_model.encoder.layers.${i}`, config);
    layers.output(`hidden.${i + 1}`, x);
  }
  const last = layers.layerNorm(x, 'text_model.final_layer_norm', config.layerNormEps);
  layers.output('last', last);
  if (config.projection === undefined) return;
  const picked = layers.pickRows(last, 'pooled_rows');
  layers.output('pooled', layers.linear(picked, 'text_projection', config.projection, { bias: false }));
}

function encoderLayer(layers: Layers, x: Rows, name: string, config: TextEncoderConfig): Rows {
  const { width, heads, layerNormEps } = config;
  let h = layers.layerNorm(x, `${name}.layer_norm1`, layerNormEps);
  h = layers.attention({
    queries: layers.linear(h, `${name}.self_attn.q_proj`, width),
    keys: layers.linear(h, `${name}.self_attn.k_proj`, width),
    values: layers.linear(h, `${name}.self_attn.v_proj`, width),
    heads,
    causal: true,
  });
  const sum = layers.addRows(layers.linear(h, `${name}.self_attn.out_proj`, width), x);
  h = layers.layerNorm(sum, `${name}.layer_norm2`, layerNormEps);
  h = layers.activate(layers.linear(h, `${name}.mlp.fc1`, config.intermediate), config.activation);
  return layers.addRows(layers.linear(h, `${name}.mlp.fc2`, width), sum);
}
