import { planTextEncoder, planUNet } from '../../../../gpu-worker/sdxl/checkpoint/plan-networks.ts';
import { CPU_FORM } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { LoraModules } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import type { Weights } from '../../../../gpu-worker/sdxl/safetensors/weights.ts';
import { elementCount } from '../../../../gpu-worker/sdxl/tensor.ts';
import { OFFICIAL } from '../checkpoint/official-maps.ts';

/** Weights that have whatever they are asked for. */
const anyWeights: Weights = {
  has: () => true,
  take: (name, dims) => ({ name, dims, dtype: 'F16', file: '/weights.safetensors', offset: 0, length: 2 * elementCount(dims) }),
};

/** The layers of the real base or refiner. */
export function officialModules(family: 'base' | 'refiner'): LoraModules {
  const options = { form: CPU_FORM };
  const part = (name: string) => ({ configFile: 'config.json', config: OFFICIAL[name]?.config, weights: anyWeights });
  const unet = planUNet(part(`${family}/unet`), options);
  const first = family === 'base' ? planTextEncoder('text_encoder', part('text_encoder'), options) : undefined;
  const second = planTextEncoder('text_encoder_2', part('text_encoder_2'), options);
  return { unetConfig: unet.config, unet: unet.modules, text_encoder: first?.modules, text_encoder_2: second.modules };
}
