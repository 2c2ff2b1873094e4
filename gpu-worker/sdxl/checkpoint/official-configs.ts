/**
 * The configs of SDXL 1.0, for files that carry none; as they stand in the config.json files of
 * https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0 and …-refiner-1.0, defaults left out.
 */

const UNET = {
  _class_name: 'UNet2DConditionModel',
  addition_embed_type: 'text_time',
  addition_time_embed_dim: 256,
  sample_size: 128,
  use_linear_projection: true,
} as const;

export const BASE_UNET = {
  ...UNET,
  attention_head_dim: [5, 10, 20],
  block_out_channels: [320, 640, 1280],
  cross_attention_dim: 2048,
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  projection_class_embeddings_input_dim: 2816,
  transformer_layers_per_block: [1, 2, 10],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
} as const;

export const REFINER_UNET = {
  ...UNET,
  attention_head_dim: [6, 12, 24, 24],
  block_out_channels: [384, 768, 1536, 1536],
  cross_attention_dim: 1280,
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'],
  projection_class_embeddings_input_dim: 2560,
  transformer_layers_per_block: 4,
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
} as const;

/** CLIP ViT-L/14 */
export const TEXT_ENCODER = {
  architectures: ['CLIPTextModel'],
  eos_token_id: 2,
  hidden_act: 'quick_gelu',
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  num_hidden_layers: 12,
} as const;

/** OpenCLIP ViT-bigG/14 */
export const TEXT_ENCODER_2 = {
  architectures: ['CLIPTextModelWithProjection'],
  eos_token_id: 2,
  hidden_act: 'gelu',
  hidden_size: 1280,
  intermediate_size: 5120,
  num_attention_heads: 20,
  num_hidden_layers: 32,
  projection_dim: 1280,
} as const;

export const VAE = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D'],
  layers_per_block: 2,
  sample_size: 1024,
  scaling_factor: 0.13025,
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D'],
} as const;

export const SCHEDULER = {
  _class_name: 'EulerDiscreteScheduler',
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  interpolation_type: 'linear',
  num_train_timesteps: 1000,
  prediction_type: 'epsilon',
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  timestep_spacing: 'leading',
  use_karras_sigmas: false,
} as const;
