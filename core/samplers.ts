/** Samplers that can be asked for, by the engine's own names (gpu-worker/sdxl/samplers), and as people know them. */
export const SAMPLER_LABELS = {
  euler: 'Euler',
  'euler-karras': 'Euler Karras',
  'euler-a': 'Euler a',
  heun: 'Heun',
  'heun-karras': 'Heun Karras',
  dpm2: 'DPM2',
  'dpm2-karras': 'DPM2 Karras',
  'dpm2-a': 'DPM2 a',
  'dpm2-a-karras': 'DPM2 a Karras',
  'dpmpp-2m': 'DPM++ 2M',
  'dpmpp-2m-karras': 'DPM++ 2M Karras',
  'dpmpp-2m-lu': 'DPM++ 2M Lu',
  'dpmpp-2m-sde': 'DPM++ 2M SDE',
  'dpmpp-2m-sde-karras': 'DPM++ 2M SDE Karras',
  'dpmpp-3m': 'DPM++ 3M',
  'dpmpp-2s': 'DPM++ 2S',
  'dpmpp-2s-karras': 'DPM++ 2S Karras',
  unipc: 'UniPC',
  'unipc-karras': 'UniPC Karras',
  deis: 'DEIS',
  ddim: 'DDIM',
  ddpm: 'DDPM',
  pndm: 'PLMS',
  lcm: 'LCM',
  tcd: 'TCD',
} as const;

export type SamplerId = keyof typeof SAMPLER_LABELS;

export function isSamplerId(name: string): name is SamplerId {
  return Object.hasOwn(SAMPLER_LABELS, name);
}
