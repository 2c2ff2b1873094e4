import { createConfiguredSampler } from '../samplers/create-sampler.ts';
import type { SamplerOptions } from '../samplers/sampler-options.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../schedule/scheduler-config.ts';
import { NotYet } from './case-result.ts';

/** The config of a recorded case: `cls.from_config(base, **overrides)`. */
export function recordedConfig(base: unknown, cls: string, overrides: Readonly<Record<string, unknown>>): SchedulerConfig {
  return parseSchedulerConfig({ ...(typeof base === 'object' ? base : {}), ...overrides, _class_name: cls });
}

/** A sampler of the engine, or NotYet for one that it does not have. */
export function recordedSampler(config: SchedulerConfig, steps: number, options?: SamplerOptions): Sampler {
  try {
    return createConfiguredSampler(config, steps, options);
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('no sampler for')) throw new NotYet(`no ${config.class_name ?? 'such sampler'} yet`);
    throw error;
  }
}
