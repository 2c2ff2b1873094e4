import type { FeatureMap, Layers } from './layers.ts';
import { resnet } from './resnet.ts';
import type { VaeConfig } from './vae-config.ts';

const EPS = 1e-6;

/** Builds AutoencoderKL's encoder: `pixels` [n, 3, H, W] in −1…1 → `moments` [n, 2 × 4, H/8, W/8] (mean, then log variance). */
export function buildVaeEncoder(layers: Layers, config: VaeConfig): void {
  const { blockChannels, normGroups: groups, latentChannels } = config;
  const pixels = layers.mapInput('pixels', config.inChannels);
  let x = layers.conv(pixels, 'encoder.conv_in', { channels: blockChannels[0] ?? 0, kernel: 3 });
  for (const [i, channels] of blockChannels.entries()) {
    const name = `encoder.down_blocks.${i}`;
    for (let j = 0; j < config.layersPerBlock; j++) x = resnet(layers, x, `${name}.resnets.${j}`, { channels, groups, eps: EPS });
    if (i === blockChannels.length - 1) continue;
    x = layers.conv(x, `${name}.downsamplers.0.conv`, { channels, kernel: 3, stride: 2, pad: 'right-bottom' });
  }
  x = midBlock(layers, x, 'encoder.mid_block', config);
  x = layers.groupNorm(x, 'encoder.conv_norm_out', { groups, eps: EPS, silu: true });
  x = layers.conv(x, 'encoder.conv_out', { channels: 2 * latentChannels, kernel: 3 });
  if (config.quantConv) x = layers.conv(x, 'quant_conv', { channels: 2 * latentChannels, kernel: 1 });
  layers.output('moments', x);
}

/** Builds AutoencoderKL's decoder: `latents` [n, 4, h, w], already divided by the scaling factor → `pixels` [n, 3, 8h, 8w]. */
export function buildVaeDecoder(layers: Layers, config: VaeConfig): void {
  const { normGroups: groups, latentChannels } = config;
  const blockChannels = config.blockChannels.toReversed();
  let x = layers.mapInput('latents', latentChannels);
  if (config.postQuantConv) x = layers.conv(x, 'post_quant_conv', { channels: latentChannels, kernel: 1 });
  x = layers.conv(x, 'decoder.conv_in', { channels: blockChannels[0] ?? 0, kernel: 3 });
  x = midBlock(layers, x, 'decoder.mid_block', config);
  for (const [i, channels] of blockChannels.entries()) {
    const name = `decoder.up_blocks.${i}`;
    for (let j = 0; j <= config.layersPerBlock; j++) x = resnet(layers, x, `${name}.resnets.${j}`, { channels, groups, eps: EPS });
    if (i === blockChannels.length - 1) continue;
    x = layers.conv(layers.enlargeTwice(x), `${name}.upsamplers.0.conv`, { channels, kernel: 3 });
  }
  x = layers.groupNorm(x, 'decoder.conv_norm_out', { groups, eps: EPS, silu: true });
  layers.output('pixels', layers.conv(x, 'decoder.conv_out', { channels: config.outChannels, kernel: 3 }));
}

function midBlock(layers: Layers, x: FeatureMap, name: string, config: VaeConfig): FeatureMap {
  const options = { channels: x.channels, groups: config.normGroups, eps: EPS };
  let h = resnet(layers, x, `${name}.resnets.0`, options);
  if (config.midAttention) h = attention(layers, h, `${name}.attentions.0`, config.normGroups);
  return resnet(layers, h, `${name}.resnets.1`, options);
}

/** Every pixel attends to every other, with one head. */
function attention(layers: Layers, x: FeatureMap, name: string, groups: number): FeatureMap {
  const h = layers.toRows(layers.groupNorm(x, `${name}.group_norm`, { groups, eps: EPS, silu: false }));
  const attended = layers.attention({
    queries: layers.linear(h, `${name}.to_q`, x.channels),
    keys: layers.linear(h, `${name}.to_k`, x.channels),
    values: layers.linear(h, `${name}.to_v`, x.channels),
    heads: 1,
  });
  return layers.addMaps(layers.toMap(layers.linear(attended, `${name}.to_out.0`, x.channels), x), x);
}
