import type { SafetensorsFile } from '../safetensors/read-safetensors.ts';

/** What only one family's files have in their tensors' names. */
const BY_NAME: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/(^|[._])(double_blocks|single_blocks|single_transformer_blocks)[._]/, 'FLUX'],
  [/(^|[._])joint_blocks[._]|^transformer\.transformer_blocks\./, 'Stable Diffusion 3'],
  [/^lora_prior_|down_blocks[._]\d+[._]\d+[._](channelwise|mapper|attention)/, 'Stable Cascade'],
  [/(^|[._])blocks[._]\d+[._](cross_attn|self_attn)[._]/, 'a video model'],
  [/^(control_model|controlnet_cond_embedding|input_hint_block)|^lllite_/, 'a ControlNet'],
  [/^(model\.diffusion_model|conditioner|first_stage_model|cond_stage_model)\./, 'no LoRA but a whole checkpoint'],
  [/^(encoder|decoder)\.(down|up|mid)/, 'no LoRA but a VAE'],
  [/^(emb_params|clip_l|clip_g|string_to_param)/, 'no LoRA but a textual inversion'],
  [/^lora_te_/, 'Stable Diffusion 1 or 2 (their only text encoder is called te; SDXL\'s are te1 and te2)'],
];

/** Width of the prompt embeds that the UNet attends to. */
const BY_CONTEXT: ReadonlyMap<number, string> = new Map([
  [768, 'Stable Diffusion 1'],
  [1024, 'Stable Diffusion 2'],
  [2048, 'the base of Stable Diffusion XL'],
  [1280, 'the refiner of Stable Diffusion XL'],
]);

const ATTENDS_TO_THE_PROMPT = /attn2[._](processor[._])?to_[kv]([._]lora_down|[._]lora_A.*|[._]lora\.down|_lora\.down)\.weight$/;

/** A guess for a person whose file does not fit: the family it was made for, or `undefined` when nothing tells. */
export function seemsFor({ tensors, metadata }: SafetensorsFile): string | undefined {
  for (const { name, dims } of tensors.values()) {
    const [, context = 0] = ATTENDS_TO_THE_PROMPT.test(name) ? dims : [];
    const family = BY_CONTEXT.get(context);
    if (family !== undefined) return family;
  }
  for (const name of tensors.keys()) {
    const family = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
    if (family !== undefined) return family;
  }
  const told = metadata['modelspec.architecture'] ?? metadata['ss_base_model_version'];
  return told === undefined ? undefined : JSON.stringify(told.slice(0, 60));
}
