import type { SchedulerConfig } from '../schedule/scheduler-config.ts';
import type { DpmAlgorithm, DpmSecondOrder } from './dpm-solver.ts';

/** What both forms of DPM-Solver read from a scheduler config. */
export interface DpmOptions {
  readonly algorithm: DpmAlgorithm;
  readonly secondOrder: DpmSecondOrder;
  readonly solverOrder: number;
  readonly end: 'zero' | 'sigma_min';
  readonly drawsNoise: boolean;
  /** Whether the clean latents are expanded, or the noise. */
  readonly expandsDenoised: boolean;
}

/** Throws RangeError for what has no formula. */
export function dpmOptions(config: SchedulerConfig): DpmOptions {
  const algorithm = parseAlgorithm(config.algorithm_type ?? 'dpmsolver++');
  const end = config.final_sigmas_type ?? 'zero';
  const expandsDenoised = algorithm.endsWith('++');
  if (end === 'zero' && !expandsDenoised) {
    throw new RangeError(`${algorithm} cannot end at noise level 0: set final_sigmas_type to "sigma_min"`);
  }
  const solverOrder = config.solver_order ?? 2;
  if (algorithm === 'sde-dpmsolver' && solverOrder > 2) throw new RangeError('sde-dpmsolver goes up to order 2');
  return {
    algorithm,
    end,
    expandsDenoised,
    solverOrder,
    secondOrder: config.solver_type === 'heun' ? 'heun' : 'midpoint',
    drawsNoise: algorithm.startsWith('sde'),
  };
}

/** A config that was written for DEIS says `deis`; diffusers takes that for DPM-Solver++ as well. */
function parseAlgorithm(name: string): DpmAlgorithm {
  switch (name) {
    case 'dpmsolver++':
    case 'dpmsolver':
    case 'sde-dpmsolver++':
    case 'sde-dpmsolver':
      return name;
    case 'deis':
      return 'dpmsolver++';
    default:
      throw new RangeError(`there is no algorithm_type "${name}": use dpmsolver++, dpmsolver or one of these with sde- before it`);
  }
}
