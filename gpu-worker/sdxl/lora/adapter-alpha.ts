import * as v from 'valibot';

/** The alpha of a layer that has no alpha tensor, from what the file's writer noted; `undefined`: nothing noted, scale 1. */
export type AdapterAlpha = (network: string, module: string, rank: number) => number | undefined;

const noted = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));
const patterns = v.optional(v.record(v.string(), v.number()), {});

/**
 * Reads the PEFT config that diffusers (since 0.34) notes as `lora_adapter_metadata`: `unet.lora_alpha`, `unet.alpha_pattern`,
 * `unet.use_rslora` (scale alpha / √rank, https://arxiv.org/abs/2312.03732), and the same of the text encoders.
 */
export function adapterAlpha(metadata: Readonly<Record<string, string>>): AdapterAlpha {
  const parsed = v.safeParse(noted, metadata['lora_adapter_metadata']);
  if (!parsed.success) return () => undefined;
  const config = parsed.output;
  return (network, module, rank) => {
    const pattern = v.safeParse(patterns, config[`${network}.alpha_pattern`] ?? {});
    const own = pattern.success ? Object.entries(pattern.output).find(([name]) => module === name || module.endsWith(`.${name}`))?.[1] : undefined;
    const alpha = own ?? config[`${network}.lora_alpha`];
    if (typeof alpha !== 'number') return undefined;
    return config[`${network}.use_rslora`] === true ? alpha * Math.sqrt(rank) : alpha;
  };
}
