import type { Weights } from '../safetensors/weights.ts';

/** What the VAE's attention was called before diffusers 0.17, as many checkpoints still have it. */
const OLD_NAMES = [
  ['.to_q.', '.query.'],
  ['.to_k.', '.key.'],
  ['.to_v.', '.value.'],
  ['.to_out.0.', '.proj_attn.'],
] as const;

/** Finds a VAE's weights under today's names or the old ones. */
export function withOldVaeNames(weights: Weights): Weights {
  const inFile = (name: string): string => {
    if (weights.has(name)) return name;
    const old = OLD_NAMES.reduce((renamed, [now, then]) => renamed.replace(now, then), name);
    return weights.has(old) ? old : name;
  };
  return { has: (name) => weights.has(inFile(name)), take: (name, dims) => weights.take(inFile(name), dims) };
}
