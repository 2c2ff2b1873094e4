import type { SchedulerConfig } from '../schedule/scheduler-config.ts';

/** A sampler as people know it, and the scheduler config that makes it of a checkpoint's. */
export interface NamedSampler {
  /** As A1111, ComfyUI and their users write it. */
  readonly label: string;
  readonly config: SchedulerConfig;
}

const KARRAS = { use_karras_sigmas: true } as const;
const MULTISTEP = { class_name: 'DPMSolverMultistepScheduler' } as const;
const SDE = { ...MULTISTEP, algorithm_type: 'sde-dpmsolver++' } as const;
const SINGLESTEP = { class_name: 'DPMSolverSinglestepScheduler' } as const;

/** Every sampler that can be asked for by name. */
export const SAMPLERS = {
  euler: { label: 'Euler', config: { class_name: 'EulerDiscreteScheduler' } },
  'euler-karras': { label: 'Euler Karras', config: { class_name: 'EulerDiscreteScheduler', ...KARRAS } },
  'euler-a': { label: 'Euler a', config: { class_name: 'EulerAncestralDiscreteScheduler' } },
  heun: { label: 'Heun', config: { class_name: 'HeunDiscreteScheduler' } },
  'heun-karras': { label: 'Heun Karras', config: { class_name: 'HeunDiscreteScheduler', ...KARRAS } },
  dpm2: { label: 'DPM2', config: { class_name: 'KDPM2DiscreteScheduler' } },
  'dpm2-karras': { label: 'DPM2 Karras', config: { class_name: 'KDPM2DiscreteScheduler', ...KARRAS } },
  'dpm2-a': { label: 'DPM2 a', config: { class_name: 'KDPM2AncestralDiscreteScheduler' } },
  'dpm2-a-karras': { label: 'DPM2 a Karras', config: { class_name: 'KDPM2AncestralDiscreteScheduler', ...KARRAS } },
  'dpmpp-2m': { label: 'DPM++ 2M', config: MULTISTEP },
  'dpmpp-2m-karras': { label: 'DPM++ 2M Karras', config: { ...MULTISTEP, ...KARRAS } },
  'dpmpp-2m-lu': { label: 'DPM++ 2M Lu', config: { ...MULTISTEP, use_lu_lambdas: true } },
  'dpmpp-2m-sde': { label: 'DPM++ 2M SDE', config: SDE },
  'dpmpp-2m-sde-karras': { label: 'DPM++ 2M SDE Karras', config: { ...SDE, ...KARRAS } },
  'dpmpp-3m': { label: 'DPM++ 3M', config: { ...MULTISTEP, solver_order: 3 } },
  'dpmpp-2s': { label: 'DPM++ 2S', config: SINGLESTEP },
  'dpmpp-2s-karras': { label: 'DPM++ 2S Karras', config: { ...SINGLESTEP, ...KARRAS } },
  unipc: { label: 'UniPC', config: { class_name: 'UniPCMultistepScheduler' } },
  'unipc-karras': { label: 'UniPC Karras', config: { class_name: 'UniPCMultistepScheduler', ...KARRAS } },
  deis: { label: 'DEIS', config: { class_name: 'DEISMultistepScheduler' } },
  ddim: { label: 'DDIM', config: { class_name: 'DDIMScheduler' } },
  ddpm: { label: 'DDPM', config: { class_name: 'DDPMScheduler' } },
  pndm: { label: 'PLMS', config: { class_name: 'PNDMScheduler', skip_prk_steps: true } },
  lcm: { label: 'LCM', config: { class_name: 'LCMScheduler' } },
  tcd: { label: 'TCD', config: { class_name: 'TCDScheduler' } },
} as const satisfies Readonly<Record<string, NamedSampler>>;

export type SamplerName = keyof typeof SAMPLERS;

export function isSamplerName(name: string): name is SamplerName {
  return Object.hasOwn(SAMPLERS, name);
}

/** What a checkpoint was trained with, and what its makers sampled it by whatever the sampler. */
const OF_THE_CHECKPOINT = [
  'num_train_timesteps',
  'beta_start',
  'beta_end',
  'beta_schedule',
  'trained_betas',
  'rescale_betas_zero_snr',
  'prediction_type',
  'timestep_spacing',
  'steps_offset',
  'set_alpha_to_one',
  'original_inference_steps',
  'timestep_scaling',
] as const satisfies readonly (keyof SchedulerConfig)[];

/**
 * The config of a named sampler for a checkpoint: its noise schedule and spacing stay, the solver's own settings
 * (orders, Karras levels …) become those that the name stands for.
 */
export function configOfNamed(name: SamplerName, checkpoint: SchedulerConfig): SchedulerConfig {
  const kept = Object.fromEntries(OF_THE_CHECKPOINT.filter((key) => key in checkpoint).map((key) => [key, checkpoint[key]]));
  return { ...kept, ...SAMPLERS[name].config };
}
