import type { Model } from '../../core/model.ts';
import type { Sdxl, SdxlModel } from '../sdxl/pipeline/sdxl.ts';
import { configOfNamed, isSamplerName, SAMPLERS } from '../sdxl/samplers/named-samplers.ts';
import { parseSchedulerConfig } from '../sdxl/schedule/scheduler-config.ts';

/**
 * Has base and refiner sampled as the model's settings say, in the place of their own scheduler configs: whatever paints, finishes or
 * varies then does so, and both share one schedule. Throws `RangeError` for a sampler that the engine does not have.
 */
export function withModelSampler(sdxl: Sdxl, { id, sampler, timestepSpacing }: Pick<Model, 'id' | 'sampler' | 'timestepSpacing'>): Sdxl {
  if (sampler === undefined && timestepSpacing === undefined) return sdxl;
  if (sampler !== undefined && !isSamplerName(sampler)) throw new RangeError(`the model ${id} names the sampler ${sampler}: use one of ${Object.keys(SAMPLERS).join(', ')}`);
  const resampled = (model: SdxlModel): SdxlModel => {
    const own = parseSchedulerConfig(model.checkpoint.schedulerConfig);
    const { class_name: className, ...config } = sampler === undefined ? own : configOfNamed(sampler, own);
    const spacing = timestepSpacing === undefined ? {} : { timestep_spacing: timestepSpacing };
    return { ...model, checkpoint: { ...model.checkpoint, schedulerConfig: { _class_name: className, ...config, ...spacing } } };
  };
  const { base, refiner } = sdxl;
  return { ...sdxl, base: resampled(base), ...(refiner && { refiner: resampled(refiner) }) };
}
