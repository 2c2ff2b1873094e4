import * as v from 'valibot';
import { checkGroups, only, parseConfig, positive, unset } from './parse-config.ts';
import { resolveBlocks } from './unet-blocks.ts';
import type { UNetBlocks } from './unet-blocks.ts';

/** What the graph builder and the pipeline need to know of a UNet2DConditionModel; all of it from its config.json. */
export interface UNetConfig extends UNetBlocks {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Latent height and width that it was trained at. */
  readonly sampleSize: number;
  readonly crossAttentionDim: number;
  /** Channels of the widest map, and the length of the timestep's sinusoids. */
  readonly firstChannels: number;
  readonly timeEmbedDim: number;
  /** Length of each time id's sinusoids. */
  readonly additionTimeEmbedDim: number;
  /** Length of [pooled prompt embeds, time ids' sinusoids]. */
  readonly additionInputDim: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  readonly normEps: number;
  readonly normGroups: number;
  readonly linearProjection: boolean;
}

const perLevel = <T extends v.GenericSchema>(one: T) => v.union([one, v.array(one)]);
const depth = v.union([positive, v.array(positive)]);

/** Absent fields take diffusers' defaults; fields of variants that SDXL does not use must be unset. */
const schema = v.object({
  _class_name: only('UNet2DConditionModel'),
  act_fn: only('silu'),
  addition_embed_type: v.literal('text_time'),
  addition_time_embed_dim: positive,
  attention_head_dim: v.optional(perLevel(positive), 8),
  attention_type: only('default'),
  block_out_channels: v.pipe(v.array(positive), v.minLength(2)),
  center_input_sample: unset,
  class_embed_type: unset,
  conv_in_kernel: only(3),
  conv_out_kernel: only(3),
  cross_attention_dim: positive,
  cross_attention_norm: unset,
  down_block_types: v.array(v.picklist(['DownBlock2D', 'CrossAttnDownBlock2D'])),
  downsample_padding: only(1),
  dual_cross_attention: unset,
  encoder_hid_dim: unset,
  encoder_hid_dim_type: unset,
  flip_sin_to_cos: v.optional(v.boolean(), true),
  freq_shift: v.optional(v.number(), 0),
  in_channels: v.optional(positive, 4),
  layers_per_block: v.optional(perLevel(positive), 2),
  mid_block_only_cross_attention: unset,
  mid_block_scale_factor: only(1),
  mid_block_type: v.nullish(v.picklist(['UNetMidBlock2DCrossAttn', 'UNetMidBlock2D']), 'UNetMidBlock2DCrossAttn'),
  norm_eps: v.optional(v.number(), 1e-5),
  norm_num_groups: v.optional(positive, 32),
  num_attention_heads: v.nullish(perLevel(positive)),
  num_class_embeds: unset,
  only_cross_attention: unset,
  out_channels: v.optional(positive, 4),
  projection_class_embeddings_input_dim: positive,
  resnet_out_scale_factor: only(1),
  resnet_skip_time_act: unset,
  resnet_time_scale_shift: only('default'),
  reverse_transformer_layers_per_block: v.nullish(v.array(depth)),
  sample_size: v.optional(positive, 128),
  time_cond_proj_dim: unset,
  time_embedding_act_fn: unset,
  time_embedding_dim: v.nullish(positive),
  time_embedding_type: only('positional'),
  timestep_post_act: unset,
  transformer_layers_per_block: v.optional(v.union([positive, v.array(depth)]), 1),
  up_block_types: v.array(v.picklist(['UpBlock2D', 'CrossAttnUpBlock2D'])),
  use_linear_projection: v.optional(v.boolean(), false),
});

/** Parses a UNet's config.json. Throws `BadCheckpoint` naming the field that cannot be run. */
export function parseUNetConfig(file: string, json: unknown): UNetConfig {
  const c = parseConfig(schema, file, json);
  const [firstChannels = 0] = c.block_out_channels;
  checkGroups(file, c.norm_num_groups, c.block_out_channels);
  return {
    inChannels: c.in_channels,
    outChannels: c.out_channels,
    sampleSize: c.sample_size,
    crossAttentionDim: c.cross_attention_dim,
    firstChannels,
    timeEmbedDim: c.time_embedding_dim ?? 4 * firstChannels,
    additionTimeEmbedDim: c.addition_time_embed_dim,
    additionInputDim: c.projection_class_embeddings_input_dim,
    flipSinToCos: c.flip_sin_to_cos,
    freqShift: c.freq_shift,
    normEps: c.norm_eps,
    normGroups: c.norm_num_groups,
    linearProjection: c.use_linear_projection,
    ...resolveBlocks(file, c),
  };
}
