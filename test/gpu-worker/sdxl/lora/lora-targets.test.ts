import { describe, expect, test } from 'vitest';
import { parseLoraKey } from '../../../../gpu-worker/sdxl/lora/lora-key.ts';
import { loraTargets } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import { KOHYA } from '../checkpoint/official-maps.ts';
import { officialModules } from './official-modules.ts';

describe('the names of layers in LoRA files', () => {
  test.each(['base', 'refiner'] as const)('lead to the official layers of the %s, every one', (family) => {
    const modules = officialModules(family);
    const targets = loraTargets(modules);
    const maps = { unet: KOHYA[`unet_${family}`], text_encoder: family === 'base' ? KOHYA.text_encoder : {}, text_encoder_2: KOHYA.text_encoder_2 };
    for (const network of ['unet', 'text_encoder', 'text_encoder_2'] as const) {
      const entries = Object.entries(maps[network]);
      expect(entries).toHaveLength(modules[network]?.size ?? 0);
      for (const [name, { module, shape, diffusers_style: diffusers = name }] of entries) {
        expect(targets.get(name)).toEqual({ network, module, dims: shape });
        expect(targets.get(diffusers)).toEqual(targets.get(name));
        expect(targets.get(`${network}.${module}`)).toEqual(targets.get(name));
      }
    }
  });

  test('are each the name of one layer only', () => {
    const modules = officialModules('base');
    const unetNames = 6 * modules.unet.size;
    // No name of one layer is another's: else the table would be smaller. conv_in and the like have one name in both namings.
    const namesAlike = [...modules.unet.keys()].filter((module) => !/^(conv_(in|out)|(time|add)_embedding|(down|up)_blocks|mid_block)/.test(module)).length;
    expect(namesAlike).toBe(0);
    expect(loraTargets(modules).size).toBe(unetNames + 2 * ((modules.text_encoder?.size ?? 0) + modules.text_encoder_2.size));
  });
});

describe('a tensor of a LoRA file', () => {
  test.each([
    ['lora_unet_conv_in.lora_down.weight', 'lora_unet_conv_in', 'down'],
    ['lora_unet_conv_in.lora_mid.weight', 'lora_unet_conv_in', 'mid'],
    ['lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha', 'lora_te1_text_model_encoder_layers_0_mlp_fc1', 'alpha'],
    ['unet.mid_block.attentions.0.proj_in.lora_A.weight', 'unet.mid_block.attentions.0.proj_in', 'down'],
    ['unet.mid_block.attentions.0.proj_in.lora_B.default.weight', 'unet.mid_block.attentions.0.proj_in', 'up'],
    ['unet.mid_block.attentions.0.proj_in.lora.up.weight', 'unet.mid_block.attentions.0.proj_in', 'up'],
    ['unet.x.attn1.processor.to_q_lora.down.weight', 'unet.x.attn1.to_q', 'down'],
    ['x.attn2.processor.to_out_lora.up.weight', 'x.attn2.to_out.0', 'up'],
    ['text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora.up.weight', 'text_encoder.text_model.encoder.layers.0.self_attn.out_proj', 'up'],
    ['text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight', 'text_encoder.text_model.encoder.layers.0.self_attn.q_proj', 'down'],
  ])('%s is of layer %s: %s', (key, layer, part) => {
    expect(parseLoraKey(key)).toEqual({ layer, part });
  });

  test.each(['conv_in.weight', 'lora_unet_conv_in.weight', '', 'alpha'])('is not what is called "%s"', (key) => {
    expect(parseLoraKey(key)).toBeUndefined();
  });
});
