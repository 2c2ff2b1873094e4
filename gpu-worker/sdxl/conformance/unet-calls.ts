import type { UNet, UNetInput } from '../networks/unet.ts';
import type { SdxlModel } from '../pipeline/sdxl.ts';
import type { Comparison } from './case-result.ts';
import { compare } from './compare.ts';

/** Listens to what a pipeline asks of the UNet. */
export class UNetCalls {
  /** The model to run: its UNet is the real one. */
  readonly model: SdxlModel;
  readonly #inputs: UNetInput[] = [];

  constructor(model: SdxlModel) {
    const { unet } = model.checkpoint;
    const listening: UNet = {
      config: unet.config,
      predict: (input) => {
        this.#inputs.push(input);
        return unet.predict(input);
      },
      probe: (input, names) => unet.probe(input, names),
      close: () => unet.close(),
    };
    this.model = { ...model, checkpoint: { ...model.checkpoint, unet: listening } };
  }

  /** diffusers passes all pictures at once, [negatives, positives]; we pass them one by one. */
  comparisons(recorded: { readonly unet_time_ids: readonly (readonly number[])[]; readonly unet_timesteps: readonly number[] }, pictures: number): readonly Comparison[] {
    const { unet_time_ids: timeIds, unet_timesteps: timesteps } = recorded;
    const asked = this.#inputs.filter((_, i) => i % pictures === 0).map((input) => input.timestep);
    const expected = this.#inputs.flatMap((_, i) => {
      const positive = timeIds.at((i % pictures) - pictures) ?? [];
      return timeIds.length === pictures ? positive : [...(timeIds[i % pictures] ?? []), ...positive];
    });
    return [
      compare('timesteps', { data: asked }, { data: timesteps }, 2e-3),
      compare('time ids', { data: this.#inputs.flatMap((input) => [...input.timeIds.data]) }, { data: expected }, 0),
    ];
  }
}
