import { originalUNetNames } from '../checkpoint/original-unet-names.ts';
import type { UNetConfig } from '../networks/unet-config.ts';

/** The networks that a LoRA may change. */
export type LoraNetwork = 'unet' | 'text_encoder' | 'text_encoder_2';

/** A layer that a LoRA may change. */
export interface LoraTarget {
  readonly network: LoraNetwork;
  /** In diffusers' naming: `down_blocks.1.attentions.0.proj_in` */
  readonly module: string;
  /** Of its weight: [out, in], or [out, in, kernel, kernel]. */
  readonly dims: readonly number[];
}

/** Linear and convolution layers of a network: module → shape of its weight. */
export type Modules = ReadonlyMap<string, readonly number[]>;

export interface LoraModules {
  readonly unetConfig: UNetConfig;
  readonly unet: Modules;
  readonly text_encoder: Modules | undefined;
  readonly text_encoder_2: Modules;
}

/** Every layer under every name that some writer of LoRA files gives it. */
export function loraTargets(modules: LoraModules): ReadonlyMap<string, LoraTarget> {
  const targets = new Map<string, LoraTarget>();
  const add = (network: LoraNetwork, of: Modules | undefined, names: (module: string) => readonly string[]): void => {
    for (const [module, dims] of of ?? []) {
      for (const name of names(module)) targets.set(name, { network, module, dims });
    }
  };
  const original = originalUNetNames(modules.unetConfig);
  add('unet', modules.unet, (module) => [
    // PEFT and diffusers; PEFT's own saving; a UNet alone
    `unet.${module}`,
    `base_model.model.${module}`,
    module,
    // kohya-ss with diffusers' names, and with Stability's; ComfyUI
    `lora_unet_${underscored(module)}`,
    `lora_unet_${underscored(original(module))}`,
    `diffusion_model.${original(module)}`,
  ]);
  add('text_encoder', modules.text_encoder, (module) => [`text_encoder.${module}`, `lora_te1_${underscored(module)}`]);
  add('text_encoder_2', modules.text_encoder_2, (module) => [`text_encoder_2.${module}`, `lora_te2_${underscored(module)}`]);
  return targets;
}

function underscored(module: string): string {
  return module.replaceAll('.', '_');
}
