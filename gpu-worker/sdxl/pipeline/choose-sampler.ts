import { createConfiguredSampler } from '../samplers/create-sampler.ts';
import type { SamplerOptions } from '../samplers/sampler-options.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../schedule/scheduler-config.ts';
import type { SdxlModel } from './sdxl.ts';

/** Changes to the checkpoint's own scheduler config, `class_name` (the sampler itself) included. */
export interface SamplerChoice {
  readonly config?: SchedulerConfig | undefined;
  readonly options?: SamplerOptions | undefined;
}

/** A fresh sampler for one run: the FULL schedule of `steps`, which the pipelines then cut. */
export function chooseSampler(model: SdxlModel, steps: number, choice: SamplerChoice = {}): Sampler {
  const own = parseSchedulerConfig(model.checkpoint.schedulerConfig);
  return createConfiguredSampler({ ...own, ...choice.config }, steps, choice.options);
}
