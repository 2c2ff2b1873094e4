import { BadWeights } from '../../sdxl/safetensors/bad-weights.ts';
import { readSafetensors } from '../../sdxl/safetensors/read-safetensors.ts';
import { compactNetwork } from './compact-network.ts';
import { withPrefix } from './prefixed-file.ts';
import { rrdbNetwork } from './rrdb-network.ts';
import type { UpscalingNetwork } from './upscaling-network.ts';

/** Training tools put these before every name. */
const PREFIXES = ['', 'params_ema.', 'params.', 'module.'];

/**
 * Reads what an upscaler's file holds off its tensors' names and shapes: RRDB networks (ESRGAN, Real-ESRGAN, in each of their namings) and
 * compact ones. Throws `BadWeights`, naming the file and, where it is one, the tensor.
 */
export async function readNetwork(path: string): Promise<UpscalingNetwork> {
  const file = await readSafetensors(path);
  for (const prefix of PREFIXES) {
    const prefixed = withPrefix(file, prefix);
    const network = rrdbNetwork(prefixed) ?? compactNetwork(prefixed);
    if (network !== undefined) return network;
  }
  const [first] = file.tensors.keys();
  throw new BadWeights(file.path, first, 'belongs to no upscaler that is known here; known are ESRGAN, Real-ESRGAN (x4plus, x2plus, anime) and its compact networks (general-x4v3, animevideov3)');
}
