import type { FeatureMap, Layers, Rows } from './layers.ts';

export interface ResnetOptions {
  readonly channels: number;
  readonly groups: number;
  readonly eps: number;
  /** silu(time embedding), [batch, time width]; the VAE has none. */
  readonly time?: Rows;
}

/** diffusers' ResnetBlock2D: two convolutions around a shortcut, the time embedding added between them. */
export function resnet(layers: Layers, x: FeatureMap, name: string, { channels, groups, eps, time }: ResnetOptions): FeatureMap {
  let h = layers.groupNorm(x, `${name}.norm1`, { groups, eps, silu: true });
  h = layers.conv(h, `${name}.conv1`, { channels, kernel: 3 });
  if (time !== undefined) h = layers.addToPixels(h, layers.linear(time, `${name}.time_emb_proj`, channels));
  h = layers.groupNorm(h, `${name}.norm2`, { groups, eps, silu: true });
  h = layers.conv(h, `${name}.conv2`, { channels, kernel: 3 });
  const shortcut = x.channels === channels ? x : layers.conv(x, `${name}.conv_shortcut`, { channels, kernel: 1 });
  return layers.addMaps(shortcut, h);
}
