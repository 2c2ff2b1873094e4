import { linspace32 } from './linspace.ts';
import { rescaleToZeroSnr } from './rescale-to-zero-snr.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/** How much noise a picture carries at each training timestep, 0 … 999; single precision as in diffusers. */
export interface TrainingSchedule {
  readonly betas: Float32Array;
  /** ᾱ, the share of the picture's variance that is left (Ho et al. 2020, https://arxiv.org/abs/2006.11239). */
  readonly alphasCumprod: Float32Array;
  /** √((1 − ᾱ)/ᾱ), rising: the noise level where the picture keeps its scale (Karras et al. 2022). */
  readonly sigmas: Float32Array;
}

/** The schedule that the checkpoint was trained on, from its scheduler config. */
export function trainingSchedule(config: SchedulerConfig): TrainingSchedule {
  const trained = trainedBetas(config);
  const betas = config.rescale_betas_zero_snr === true ? rescaleToZeroSnr(trained) : trained;
  const alphasCumprod = cumulativeAlphas(betas);
  return { betas, alphasCumprod, sigmas: sigmasOf(alphasCumprod) };
}

/**
 * The same with the last ᾱ, which a zero-SNR schedule takes to 0, held just above it: samplers that think in sigmas
 * would divide by it. 2⁻²⁴ is diffusers' choice, half precision's smallest number.
 */
export function trainingScheduleInSigmas(config: SchedulerConfig): TrainingSchedule {
  const schedule = trainingSchedule(config);
  if (config.rescale_betas_zero_snr !== true) return schedule;
  const alphasCumprod = schedule.alphasCumprod.slice();
  alphasCumprod[alphasCumprod.length - 1] = 2 ** -24;
  return { ...schedule, alphasCumprod, sigmas: sigmasOf(alphasCumprod) };
}

function trainedBetas(config: SchedulerConfig): Float32Array {
  const { trained_betas, beta_start: start = 0.0001, beta_end: end = 0.02, num_train_timesteps: count = 1000 } = config;
  if (trained_betas) return Float32Array.from(trained_betas);
  switch (config.beta_schedule) {
    case 'scaled_linear':
      return linspace32(start ** 0.5, end ** 0.5, count).map((root) => root ** 2);
    case 'squaredcos_cap_v2':
      return cosineBetas(count);
    default:
      return linspace32(start, end, count);
  }
}

/** Nichol & Dhariwal 2021, https://arxiv.org/abs/2102.09672. */
function cosineBetas(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - cosineAlphaBar((i + 1) / count) / cosineAlphaBar(i / count), 0.999),
  );
}

function cosineAlphaBar(share: number): number {
  return Math.cos((((share + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= Math.fround(1 - beta)));
}

function sigmasOf(alphasCumprod: Float32Array): Float32Array {
  return alphasCumprod.map((a) => Math.sqrt(Math.fround(Math.fround(1 - a) / a)));
}
