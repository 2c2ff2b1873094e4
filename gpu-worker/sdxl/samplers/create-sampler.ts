import type { ScheduleRequest } from '../schedule/schedule-request.ts';
import type { SchedulerConfig } from '../schedule/scheduler-config.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { deis } from './deis.ts';
import { dpmSolverMultistep } from './dpm-solver-multistep.ts';
import { dpmSolverSinglestep } from './dpm-solver-singlestep.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { heun } from './heun.ts';
import { kdpm2 } from './kdpm2.ts';
import { kdpm2Ancestral } from './kdpm2-ancestral.ts';
import { lcm } from './lcm.ts';
import { configOfNamed, type SamplerName } from './named-samplers.ts';
import { pndm } from './pndm.ts';
import type { Rule } from './rule.ts';
import { Run } from './run.ts';
import type { SamplerOptions } from './sampler-options.ts';
import type { Sampler } from './sampler.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';

type Maker = (request: ScheduleRequest & SamplerOptions) => Rule;

/** By diffusers' class names, as a checkpoint's scheduler config gives them. */
const MAKERS: Readonly<Record<string, Maker>> = {
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  DEISMultistepScheduler: deis,
  DPMSolverMultistepScheduler: dpmSolverMultistep,
  DPMSolverSinglestepScheduler: dpmSolverSinglestep,
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  HeunDiscreteScheduler: heun,
  KDPM2DiscreteScheduler: kdpm2,
  KDPM2AncestralDiscreteScheduler: kdpm2Ancestral,
  LCMScheduler: lcm,
  PNDMScheduler: pndm,
  TCDScheduler: tcd,
  UniPCMultistepScheduler: unipc,
};

/**
 * The sampler that a scheduler config describes, over the full schedule of `steps`; `selectCalls` cuts it.
 * Throws RangeError for a sampler, a number of steps or a combination of options that does not exist.
 */
export function createConfiguredSampler(config: SchedulerConfig, steps: number, options: SamplerOptions = {}): Sampler {
  const name = config.class_name ?? 'EulerDiscreteScheduler';
  const maker = MAKERS[name];
  if (!maker) throw new RangeError(`no sampler for scheduler "${name}": use one of ${Object.keys(MAKERS).join(', ')}`);
  check(config, steps, options);
  return new Run(maker({ ...options, config, steps: options.timesteps?.length ?? stepsOfSigmas(options) ?? steps }));
}

function stepsOfSigmas({ sigmas }: SamplerOptions): number | undefined {
  return sigmas && sigmas.length - 1;
}

function check(config: SchedulerConfig, steps: number, options: SamplerOptions): void {
  const { num_train_timesteps: trained = 1000 } = config;
  const { timesteps, sigmas, eta, churn } = options;
  if (eta !== undefined && !(eta >= 0 && eta <= 1)) throw new RangeError(`eta is ${eta}: give a number from 0 to 1`);
  if (churn && !(churn.amount >= 0 && churn.noise >= 0)) throw new RangeError('churn takes no negative amount and no negative noise');
  if (timesteps && sigmas) throw new RangeError('give timesteps or sigmas, not both');
  if (timesteps && (config.use_karras_sigmas || config.use_exponential_sigmas || config.use_beta_sigmas || config.use_lu_lambdas)) {
    throw new RangeError('timesteps of your own and Karras, exponential, beta or Lu levels exclude each other');
  }
  if (config.timestep_type === 'continuous') throw new RangeError('timestep_type "continuous" is not SDXL\'s: use "discrete"');
  if (!timesteps && !sigmas && !(Number.isInteger(steps) && steps >= 1 && steps <= trained)) {
    throw new RangeError(`steps is ${steps}: give a whole number from 1 to ${trained}`);
  }
  if (timesteps && !(timesteps.length > 0 && isFalling(timesteps) && timesteps.every((t) => t >= 0 && t < trained))) {
    throw new RangeError(`timesteps must fall, within ${trained - 1} to 0`);
  }
  if (sigmas && !(sigmas.length > 1 && isFalling(sigmas) && sigmas.every((sigma) => sigma >= 0))) {
    throw new RangeError('sigmas must be at least two, and fall to where the run ends, usually 0');
  }
}

function isFalling(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value < (values[i - 1] ?? Infinity));
}

/** The sampler of a name (`dpmpp-2m-karras`) for a checkpoint's scheduler config, over the full schedule of `steps`. */
export function createSampler(name: SamplerName, checkpoint: SchedulerConfig, steps: number, options: SamplerOptions = {}): Sampler {
  return createConfiguredSampler(configOfNamed(name, checkpoint), steps, options);
}
