import * as v from 'valibot';
import { checkGroups, checkLength, only, parseConfig, positive, unset } from './parse-config.ts';

/** What the graph builders and the pipeline need to know of an AutoencoderKL; all of it from its config.json. */
export interface VaeConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  /** Of the encoder's levels, widest map first; the decoder has them reversed. */
  readonly blockChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normGroups: number;
  readonly midAttention: boolean;
  readonly quantConv: boolean;
  readonly postQuantConv: boolean;
  /** Its numbers outgrow float16, as those of SDXL's own VAE do; sdxl-vae-fp16-fix says no. */
  readonly forceUpcast: boolean;
  /** Latents are multiplied by it after encoding and divided by it before decoding. */
  readonly scalingFactor: number;
  /** Picture height and width that it was trained at. */
  readonly sampleSize: number;
  /** Pixels per latent along an edge: 8 for SDXL. */
  readonly pixelsPerLatent: number;
}

/** Absent fields take diffusers' defaults. */
const schema = v.object({
  _class_name: only('AutoencoderKL'),
  act_fn: only('silu'),
  in_channels: v.optional(positive, 3),
  out_channels: v.optional(positive, 3),
  latent_channels: v.optional(positive, 4),
  block_out_channels: v.pipe(v.array(positive), v.minLength(1)),
  down_block_types: v.array(v.literal('DownEncoderBlock2D')),
  up_block_types: v.array(v.literal('UpDecoderBlock2D')),
  layers_per_block: v.optional(positive, 1),
  norm_num_groups: v.optional(positive, 32),
  mid_block_add_attention: v.optional(v.boolean(), true),
  use_quant_conv: v.optional(v.boolean(), true),
  use_post_quant_conv: v.optional(v.boolean(), true),
  force_upcast: v.optional(v.boolean(), true),
  scaling_factor: v.optional(v.number(), 0.18215),
  sample_size: v.optional(positive, 32),
  shift_factor: unset,
  latents_mean: unset,
  latents_std: unset,
});

/** Parses a VAE's config.json. Throws `BadCheckpoint` naming the field that cannot be run. */
export function parseVaeConfig(file: string, json: unknown): VaeConfig {
  const c = parseConfig(schema, file, json);
  checkGroups(file, c.norm_num_groups, c.block_out_channels);
  checkLength(file, 'down_block_types', c.down_block_types, c.block_out_channels.length);
  checkLength(file, 'up_block_types', c.up_block_types, c.block_out_channels.length);
  return {
    inChannels: c.in_channels,
    outChannels: c.out_channels,
    latentChannels: c.latent_channels,
    blockChannels: c.block_out_channels,
    layersPerBlock: c.layers_per_block,
    normGroups: c.norm_num_groups,
    midAttention: c.mid_block_add_attention,
    quantConv: c.use_quant_conv,
    postQuantConv: c.use_post_quant_conv,
    forceUpcast: c.force_upcast,
    scalingFactor: c.scaling_factor,
    sampleSize: c.sample_size,
    pixelsPerLatent: 2 ** (c.block_out_channels.length - 1),
  };
}
