import type { FeatureMap, Layers, Rows } from './layers.ts';

const LAYER_NORM_EPS = 1e-5;
/** Not the UNet's own `norm_eps`: diffusers fixes it inside Transformer2DModel. */
const GROUP_NORM_EPS = 1e-6;

export interface TransformerOptions {
  readonly blocks: number;
  readonly heads: number;
  readonly groups: number;
  /** Projections as linear layers (SDXL) or 1×1 convolutions. */
  readonly linearProjection: boolean;
  /** Prompt embeds, one row per token. */
  readonly context: Rows;
}

/** diffusers' Transformer2DModel: every pixel attends to every other, then to the prompt. */
export function transformer(layers: Layers, x: FeatureMap, name: string, o: TransformerOptions): FeatureMap {
  const { channels } = x;
  const normed = layers.groupNorm(x, `${name}.norm`, { groups: o.groups, eps: GROUP_NORM_EPS, silu: false });
  let h = o.linearProjection
    ? layers.linear(layers.toRows(normed), `${name}.proj_in`, channels)
    : layers.toRows(layers.conv(normed, `${name}.proj_in`, { channels, kernel: 1 }));
  for (let i = 0; i < o.blocks; i++) h = transformerBlock(layers, h, `${name}.transformer_blocks.${i}`, o.heads, o.context);
  const projected = o.linearProjection
    ? layers.toMap(layers.linear(h, `${name}.proj_out`, channels), x)
    : layers.conv(layers.toMap(h, x), `${name}.proj_out`, { channels, kernel: 1 });
  return layers.addMaps(projected, x);
}

function transformerBlock(layers: Layers, x: Rows, name: string, heads: number, context: Rows): Rows {
  let h = layers.layerNorm(x, `${name}.norm1`, LAYER_NORM_EPS);
  let sum = layers.addRows(attention(layers, h, h, `${name}.attn1`, heads), x);
  h = layers.layerNorm(sum, `${name}.norm2`, LAYER_NORM_EPS);
  sum = layers.addRows(attention(layers, h, context, `${name}.attn2`, heads), sum);
  h = layers.layerNorm(sum, `${name}.norm3`, LAYER_NORM_EPS);
  h = layers.geglu(h, `${name}.ff.net.0.proj`, 4 * x.width);
  return layers.addRows(layers.linear(h, `${name}.ff.net.2`, x.width), sum);
}

function attention(layers: Layers, x: Rows, from: Rows, name: string, heads: number): Rows {
  const attended = layers.attention({
    queries: layers.linear(x, `${name}.to_q`, x.width, { bias: false }),
    keys: layers.linear(from, `${name}.to_k`, x.width, { bias: false }),
    values: layers.linear(from, `${name}.to_v`, x.width, { bias: false }),
    heads,
  });
  return layers.linear(attended, `${name}.to_out.0`, x.width);
}
