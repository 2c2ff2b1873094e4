import { describe, expect, it } from 'vitest';
import { BadCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/bad-checkpoint.ts';
import { parseTextEncoderConfig } from '../../../../gpu-worker/sdxl/networks/text-encoder-config.ts';
import { parseUNetConfig } from '../../../../gpu-worker/sdxl/networks/unet-config.ts';
import { parseVaeConfig } from '../../../../gpu-worker/sdxl/networks/vae-config.ts';

const UNET = {
  _class_name: 'UNet2DConditionModel',
  addition_embed_type: 'text_time',
  addition_time_embed_dim: 256,
  attention_head_dim: [5, 10, 20],
  block_out_channels: [320, 640, 1280],
  cross_attention_dim: 2048,
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  mid_block_type: 'UNetMidBlock2DCrossAttn',
  projection_class_embeddings_input_dim: 2816,
  transformer_layers_per_block: [1, 2, 10],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
  use_linear_projection: true,
};
const VAE = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
  up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
  layers_per_block: 2,
  scaling_factor: 0.13025,
};
const TEXT = { architectures: ['CLIPTextModelWithProjection'], model_type: 'clip_text_model', hidden_act: 'gelu', hidden_size: 1280, num_attention_heads: 20, projection_dim: 1280, eos_token_id: 2 };

describe("a UNet's config", () => {
  const layers = (change: object) => {
    const { down, mid, up } = parseUNetConfig('unet/config.json', { ...UNET, ...change });
    return [down, [mid], up].map((blocks) => blocks.map((block) => block.transformerLayers));
  };

  it('gives down blocks their transformer layers in order, the middle the last entry, up blocks the reverse', () => {
    expect(layers({})).toEqual([[[0, 0], [2, 2], [10, 10]], [[10]], [[10, 10, 10], [2, 2, 2], [0, 0, 0]]]);
  });

  it('may give one number for all levels, or a list for each layer of a level', () => {
    expect(layers({ transformer_layers_per_block: 4 })).toEqual([[[0, 0], [4, 4], [4, 4]], [[4]], [[4, 4, 4], [4, 4, 4], [0, 0, 0]]]);
    // Segmind's SSD-1B
    expect(layers({ transformer_layers_per_block: [1, [2, 2], [4, 4]], reverse_transformer_layers_per_block: [[4, 4, 10], [2, 1, 1], 1] })).toEqual([
      [[0, 0], [2, 2], [4, 4]],
      [[4]],
      [[4, 4, 10], [2, 1, 1], [0, 0, 0]],
    ]);
  });

  it('may leave the middle without attention', () => {
    expect(layers({ mid_block_type: 'UNetMidBlock2D' })[1]).toEqual([[0]]);
  });

  it('takes attention_head_dim for the number of heads, unless num_attention_heads is set', () => {
    expect(parseUNetConfig('f', UNET).down.map(({ heads }) => heads)).toEqual([5, 10, 20]);
    expect(parseUNetConfig('f', { ...UNET, num_attention_heads: 4 }).up.map(({ heads }) => heads)).toEqual([4, 4, 4]);
  });

  const refused: readonly (readonly [change: object, words: RegExp])[] = [
    [{ _class_name: 'SD3Transformer2DModel' }, /_class_name is "SD3Transformer2DModel"/],
    [{ addition_embed_type: null }, /addition_embed_type is null, but this engine runs "text_time"/],
    [{ addition_embed_type: undefined }, /addition_embed_type/],
    [{ class_embed_type: 'timestep' }, /class_embed_type is "timestep"/],
    [{ time_cond_proj_dim: 256 }, /time_cond_proj_dim is 256/],
    [{ resnet_time_scale_shift: 'scale_shift' }, /resnet_time_scale_shift is "scale_shift", but this engine runs "default"/],
    [{ act_fn: 'mish' }, /act_fn is "mish"/],
    [{ down_block_types: ['DownBlock2D', 'SimpleCrossAttnDownBlock2D', 'DownBlock2D'] }, /down_block_types\.1 is "SimpleCrossAttnDownBlock2D"/],
    [{ block_out_channels: [320, 640, 'wide'] }, /block_out_channels\.2 is "wide"/],
    [{ block_out_channels: [320, 640, 1290] }, /norm_num_groups 32 does not divide 1290 channels/],
    [{ attention_head_dim: [5, 10] }, /attention_head_dim has 2 entries, but block_out_channels has 3/],
    [{ attention_head_dim: [5, 7, 20] }, /attention_head_dim 7 \(the number of heads\) does not divide 640 channels/],
    [{ transformer_layers_per_block: [1, [2, 2, 2], 10] }, /transformer_layers_per_block has 3 entries for a block of 2 layers/],
    [{ up_block_types: ['UpBlock2D'] }, /up_block_types has 1 entries/],
    [{ cross_attention_dim: [2048, 2048, 2048] }, /cross_attention_dim/],
    [{ projection_class_embeddings_input_dim: -1 }, /projection_class_embeddings_input_dim/],
  ];
  for (const [change, words] of refused) {
    it(`is refused with the field's name: ${JSON.stringify(change)}`, () => {
      expect(() => parseUNetConfig('unet/config.json', { ...UNET, ...change })).toThrow(BadCheckpoint);
      expect(() => parseUNetConfig('unet/config.json', { ...UNET, ...change })).toThrow(words);
    });
  }

  it('is refused when it is no object', () => {
    expect(() => parseUNetConfig('unet/config.json', [])).toThrow(BadCheckpoint);
    expect(() => parseUNetConfig('unet/config.json', null)).toThrow(BadCheckpoint);
  });
});

describe("a VAE's config", () => {
  it('says how many pixels an edge of a latent stands for', () => {
    expect(parseVaeConfig('vae/config.json', VAE)).toMatchObject({ pixelsPerLatent: 8, scalingFactor: 0.13025, quantConv: true });
  });

  for (const [change, words] of [
    [{ _class_name: 'AutoencoderKLWan' }, /_class_name/],
    [{ shift_factor: 0.0609 }, /shift_factor is 0.0609/],
    [{ latents_mean: [0, 0, 0, 0] }, /latents_mean/],
    [{ down_block_types: ['AttnDownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D'] }, /down_block_types\.0 is "AttnDownEncoderBlock2D"/],
    [{ up_block_types: ['UpDecoderBlock2D'] }, /up_block_types/],
    [{ norm_num_groups: 48 }, /norm_num_groups/],
  ] as const) {
    it(`is refused with the field's name: ${JSON.stringify(change)}`, () => {
      expect(() => parseVaeConfig('vae/config.json', { ...VAE, ...change })).toThrow(words);
    });
  }
});

describe("a text encoder's config", () => {
  it('has a pooled vector only with a projection', () => {
    expect(parseTextEncoderConfig('f', TEXT).projection).toBe(1280);
    expect(parseTextEncoderConfig('f', { ...TEXT, architectures: ['CLIPTextModel'] }).projection).toBeUndefined();
  });

  for (const [change, words] of [
    [{ architectures: ['T5EncoderModel'] }, /architectures\.0 is "T5EncoderModel"/],
    [{ model_type: 't5' }, /model_type is "t5"/],
    [{ hidden_act: 'relu' }, /hidden_act is "relu", but this engine runs \("quick_gelu" \| "gelu"\)/],
    [{ num_attention_heads: 7 }, /num_attention_heads/],
  ] as const) {
    it(`is refused with the field's name: ${JSON.stringify(change)}`, () => {
      expect(() => parseTextEncoderConfig('text_encoder/config.json', { ...TEXT, ...change })).toThrow(words);
    });
  }
});
