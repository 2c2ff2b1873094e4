import { createConfiguredSampler } from '../samplers/create-sampler.ts';
import { configOfNamed, type SamplerName } from '../samplers/named-samplers.ts';
import type { SamplerOptions } from '../samplers/sampler-options.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../schedule/scheduler-config.ts';
import type { SdxlModel } from './sdxl.ts';

/** Another sampler than the checkpoint's. */
export interface SamplerChoice {
  /** By name, over the checkpoint's noise schedule and spacing. */
  readonly name?: SamplerName | undefined;
  /** Changes to the scheduler config, `class_name` (the sampler itself) included. */
  readonly config?: SchedulerConfig | undefined;
  readonly options?: SamplerOptions | undefined;
}

/** A fresh sampler for one run: the FULL schedule of `steps`, which the pipelines then cut. */
export function chooseSampler(model: SdxlModel, steps: number, { name, config, options }: SamplerChoice = {}): Sampler {
  const own = parseSchedulerConfig(model.checkpoint.schedulerConfig);
  return createConfiguredSampler({ ...(name === undefined ? own : configOfNamed(name, own)), ...config }, steps, options);
}
