"""Writes the trained networks as the two diffusers folders the engine loads.

    python export.py --vae work/vae.pt --base work/base.pt --refiner work/refiner.pt --out work/model"""
import argparse
import json
import os
from pathlib import Path

import torch

from recipe import BASE, END_ID, FIRST_TEXT, REFINER, SECOND_TEXT, SIZE
from text_network import TextShape
from tokenizer import END, Tokenizer
from unet_network import UNetShape
from vae_network import CHANNELS, GROUPS, LATENTS, SCALING_FACTOR
from weights import write_weights

VERSION = {'_diffusers_version': '0.19.0.dev0'}
SCHEDULER = {'_class_name': 'EulerDiscreteScheduler', **VERSION, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear', 'beta_start': 0.00085,
             'clip_sample': False, 'interpolation_type': 'linear', 'num_train_timesteps': 1000, 'prediction_type': 'epsilon',
             'sample_max_value': 1.0, 'set_alpha_to_one': False, 'skip_prk_steps': True, 'steps_offset': 1, 'timestep_spacing': 'leading',
             'trained_betas': None, 'use_karras_sigmas': False}
VAE = {'_class_name': 'AutoencoderKL', **VERSION, 'act_fn': 'silu', 'block_out_channels': list(CHANNELS),
       'down_block_types': ['DownEncoderBlock2D'] * len(CHANNELS), 'up_block_types': ['UpDecoderBlock2D'] * len(CHANNELS),
       'in_channels': 3, 'out_channels': 3, 'latent_channels': LATENTS, 'layers_per_block': 1, 'norm_num_groups': GROUPS,
       'sample_size': SIZE, 'scaling_factor': SCALING_FACTOR, 'force_upcast': False}
NOTHING = [None, None]
DIFFUSERS = {'scheduler': ['diffusers', 'EulerDiscreteScheduler'], 'unet': ['diffusers', 'UNet2DConditionModel'], 'vae': ['diffusers', 'AutoencoderKL'],
             'text_encoder_2': ['transformers', 'CLIPTextModelWithProjection'], 'tokenizer_2': ['transformers', 'CLIPTokenizer']}
BASE_INDEX = {'_class_name': 'StableDiffusionXLPipeline', **VERSION, 'force_zeros_for_empty_prompt': True, **DIFFUSERS,
              'text_encoder': ['transformers', 'CLIPTextModel'], 'tokenizer': ['transformers', 'CLIPTokenizer']}
REFINER_INDEX = {'_class_name': 'StableDiffusionXLImg2ImgPipeline', **VERSION, 'force_zeros_for_empty_prompt': False, **DIFFUSERS,
                 'text_encoder': NOTHING, 'tokenizer': NOTHING, 'requires_aesthetics_score': True}


def unet_config(shape: UNetShape) -> dict:
    unused = ['class_embed_type', 'cross_attention_norm', 'encoder_hid_dim', 'encoder_hid_dim_type', 'mid_block_only_cross_attention',
              'num_attention_heads', 'num_class_embeds', 'only_cross_attention', 'time_cond_proj_dim', 'time_embedding_act_fn',
              'time_embedding_dim', 'timestep_post_act', 'upcast_attention']
    return {
        '_class_name': 'UNet2DConditionModel', **VERSION, **dict.fromkeys(unused), 'act_fn': 'silu', 'addition_embed_type': 'text_time',
        'addition_embed_type_num_heads': 64, 'addition_time_embed_dim': shape.id_width, 'attention_head_dim': list(shape.heads),
        'block_out_channels': list(shape.channels), 'center_input_sample': False, 'class_embeddings_concat': False, 'conv_in_kernel': 3,
        'conv_out_kernel': 3, 'cross_attention_dim': shape.context, 'downsample_padding': 1, 'dual_cross_attention': False,
        'down_block_types': ['CrossAttnDownBlock2D' if a else 'DownBlock2D' for a in shape.attention],
        'up_block_types': ['CrossAttnUpBlock2D' if a else 'UpBlock2D' for a in shape.attention[::-1]],
        'mid_block_type': 'UNetMidBlock2DCrossAttn', 'flip_sin_to_cos': True, 'freq_shift': 0, 'in_channels': shape.latents,
        'out_channels': shape.latents, 'layers_per_block': 1, 'mid_block_scale_factor': 1, 'norm_eps': 1e-05,
        'norm_num_groups': shape.groups, 'only_cross_attention': False, 'resnet_out_scale_factor': 1.0, 'resnet_skip_time_act': False,
        'projection_class_embeddings_input_dim': shape.pooled + shape.ids * shape.id_width, 'resnet_time_scale_shift': 'default',
        'sample_size': SIZE // 8, 'time_embedding_type': 'positional', 'transformer_layers_per_block': [1] * len(shape.channels),
        'use_linear_projection': True}


def text_config(shape: TextShape) -> dict:
    return {
        'architectures': ['CLIPTextModelWithProjection' if shape.projection else 'CLIPTextModel'], 'attention_dropout': 0.0,
        'bos_token_id': END_ID - 1, 'dropout': 0.0, 'eos_token_id': END_ID, 'hidden_act': shape.activation, 'hidden_size': shape.width,
        'initializer_factor': 1.0, 'initializer_range': 0.02, 'intermediate_size': shape.width * 4, 'layer_norm_eps': 1e-05,
        'max_position_embeddings': shape.places, 'model_type': 'clip_text_model', 'num_attention_heads': shape.heads,
        'num_hidden_layers': shape.layers, 'pad_token_id': shape.pad, 'projection_dim': shape.projection or shape.width,
        'torch_dtype': 'float16', 'vocab_size': shape.vocabulary}


def write_config(path: str, config: dict) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(path).write_text(json.dumps(config, indent=2) + '\n')


def main() -> None:
    tokenizer, vae = Tokenizer(), torch.load(options.vae)[0]
    unet, first, second = torch.load(options.base)
    refiner = torch.load(options.refiner)[0] if options.refiner else None
    total = 0
    for name, network, shape, index in (('base', unet, BASE, BASE_INDEX), ('refiner', refiner, REFINER, REFINER_INDEX)):
        if network is None:
            continue
        folder = f'{options.out}/{name}'
        total += write_weights(f'{folder}/unet/diffusion_pytorch_model.fp16.safetensors', network)
        total += write_weights(f'{folder}/vae/diffusion_pytorch_model.fp16.safetensors', vae)
        total += write_weights(f'{folder}/text_encoder_2/model.fp16.safetensors', second)
        write_config(f'{folder}/unet/config.json', unet_config(shape))
        write_config(f'{folder}/vae/config.json', VAE)
        write_config(f'{folder}/text_encoder_2/config.json', text_config(SECOND_TEXT))
        tokenizer.save(f'{folder}/tokenizer_2', '!')
        if name == 'base':
            total += write_weights(f'{folder}/text_encoder/model.fp16.safetensors', first)
            write_config(f'{folder}/text_encoder/config.json', text_config(FIRST_TEXT))
            tokenizer.save(f'{folder}/tokenizer', END)
        write_config(f'{folder}/scheduler/scheduler_config.json', SCHEDULER)
        write_config(f'{folder}/model_index.json', index)
    print(f'{total / 1e6:.1f} MB of weights in {options.out}')


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--vae', default='work/vae.pt')
    parser.add_argument('--base', default='work/base.pt')
    parser.add_argument('--refiner', help='left out: the base alone')
    parser.add_argument('--out', default='work/model')
    options = parser.parse_args()
    main()
