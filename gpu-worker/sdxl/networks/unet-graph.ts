import type { FeatureMap, Layers, Rows } from './layers.ts';
import { resnet } from './resnet.ts';
import { transformer } from './transformer.ts';
import type { UNetBlockConfig } from './unet-blocks.ts';
import type { UNetConfig } from './unet-config.ts';

/** Sees values on the way, under diffusers' names for the modules that compute them. */
export type Probe = (name: string, value: () => FeatureMap | Rows) => void;

/** What every block of the UNet refers to. */
interface Setting {
  readonly layers: Layers;
  readonly config: UNetConfig;
  /** Prompt embeds, one row per token. */
  readonly context: Rows;
  /** silu(time embedding + added embedding), [batch, 4 × first channels] */
  readonly time: Rows;
}

/**
 * Builds diffusers' UNet2DConditionModel with SDXL's `text_time` conditioning.
 *
 * Inputs: `sample` [n, 4, h, w], `time` [n, first channels] (the timestep's sinusoids), `added` [n, additionInputDim] (pooled
 * prompt embeds, then the time ids' sinusoids), `context` [n, tokens, crossAttentionDim]. Output: `output` [n, 4, h, w].
 */
export function buildUNet(layers: Layers, config: UNetConfig, probe: Probe = () => {}): void {
  const sample = layers.mapInput('sample', config.inChannels);
  const context = layers.rowsInput('context', config.crossAttentionDim, 'token');
  const setting: Setting = { layers, config, context, time: embedTime(layers, config, probe) };

  let x = layers.conv(sample, 'conv_in', { channels: config.firstChannels, kernel: 3 });
  const skips = [x];
  probe('conv_in', () => x);
  for (const [i, block] of config.down.entries()) {
    x = downBlock(setting, x, block, `down_blocks.${i}`, skips, i === config.down.length - 1);
    probe(`down_blocks.${i}`, () => x);
  }
  x = midBlock(setting, x);
  probe('mid_block', () => x);
  for (const [i, block] of config.up.entries()) {
    x = upBlock(setting, x, block, `up_blocks.${i}`, skips);
    probe(`up_blocks.${i}`, () => x);
  }
  const norm = { groups: config.normGroups, eps: config.normEps };
  probe('conv_norm_out', () => layers.groupNorm(x, 'conv_norm_out', { ...norm, silu: false }));
  x = layers.groupNorm(x, 'conv_norm_out', { ...norm, silu: true });
  layers.output('output', layers.conv(x, 'conv_out', { channels: config.outChannels, kernel: 3 }));
}

function embedTime(layers: Layers, config: UNetConfig, probe: Probe): Rows {
  const embed = (x: Rows, name: string): Rows => {
    const hidden = layers.activate(layers.linear(x, `${name}.linear_1`, config.timeEmbedDim), 'silu');
    const embedded = layers.linear(hidden, `${name}.linear_2`, config.timeEmbedDim);
    probe(name, () => embedded);
    return embedded;
  };
  const time = embed(layers.rowsInput('time', config.firstChannels, 'sample'), 'time_embedding');
  const added = embed(layers.rowsInput('added', config.additionInputDim, 'sample'), 'add_embedding');
  // Every resnet starts with this silu: once is enough.
  return layers.activate(layers.addRows(time, added), 'silu');
}

/** One level of the encoder; leaves every map that the decoder will want in `skips`. */
function downBlock(s: Setting, x: FeatureMap, block: UNetBlockConfig, name: string, skips: FeatureMap[], last: boolean): FeatureMap {
  let h = x;
  for (const [i, blocks] of block.transformerLayers.entries()) {
    h = layer(s, h, block, name, i, blocks);
    skips.push(h);
  }
  if (last) return h;
  h = s.layers.conv(h, `${name}.downsamplers.0.conv`, { channels: block.channels, kernel: 3, stride: 2 });
  skips.push(h);
  return h;
}

function midBlock(s: Setting, x: FeatureMap): FeatureMap {
  const { mid } = s.config;
  const [blocks = 0] = mid.transformerLayers;
  const h = layer(s, x, mid, 'mid_block', 0, blocks);
  return resnet(s.layers, h, 'mid_block.resnets.1', resnetOptions(s, mid.channels));
}

function upBlock(s: Setting, x: FeatureMap, block: UNetBlockConfig, name: string, skips: FeatureMap[]): FeatureMap {
  let h = x;
  for (const [i, blocks] of block.transformerLayers.entries()) {
    const skip = skips.pop();
    if (skip === undefined) throw new Error(`${name} asks for more skip connections than the encoder left`);
    h = layer(s, s.layers.concatChannels(h, skip), block, name, i, blocks);
  }
  const next = skips.at(-1);
  if (next === undefined) return h;
  // Always to the skip connection's size: twice, or one less where the encoder met an odd number.
  h = s.layers.enlargeTo(h, next);
  return s.layers.conv(h, `${name}.upsamplers.0.conv`, { channels: block.channels, kernel: 3 });
}

/** A resnet, and a transformer after it where the block has attention. */
function layer(s: Setting, x: FeatureMap, block: UNetBlockConfig, name: string, i: number, blocks: number): FeatureMap {
  const h = resnet(s.layers, x, `${name}.resnets.${i}`, resnetOptions(s, block.channels));
  if (blocks === 0) return h;
  const { normGroups: groups, linearProjection } = s.config;
  return transformer(s.layers, h, `${name}.attentions.${i}`, { blocks, heads: block.heads, groups, linearProjection, context: s.context });
}

function resnetOptions({ config, time }: Setting, channels: number) {
  return { channels, groups: config.normGroups, eps: config.normEps, time };
}
