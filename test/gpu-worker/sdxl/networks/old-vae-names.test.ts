import { describe, expect, it } from 'vitest';
import { withOldVaeNames } from '../../../../gpu-worker/sdxl/networks/old-vae-names.ts';
import { BadWeights } from '../../../../gpu-worker/sdxl/safetensors/bad-weights.ts';
import { weightsOf } from '../../../../gpu-worker/sdxl/safetensors/weights.ts';

const MID = 'decoder.mid_block.attentions.0';

function fileOf(tensors: Readonly<Record<string, readonly number[]>>) {
  const entries = Object.entries(tensors).map(([name, dims]) => [name, { name, dims, dtype: 'F32', offset: 0, length: 0 }] as const);
  return weightsOf([{ path: '/vae.safetensors', tensors: new Map(entries) }]);
}

describe("a VAE's attention weights", () => {
  it('are found under the names they had before diffusers 0.17', () => {
    const old = withOldVaeNames(fileOf({ [`${MID}.query.weight`]: [512, 512], [`${MID}.key.weight`]: [512, 512], [`${MID}.value.bias`]: [512], [`${MID}.proj_attn.bias`]: [512] }));
    expect(old.take(`${MID}.to_q.weight`, [512, 512]).name).toBe(`${MID}.query.weight`);
    expect(old.take(`${MID}.to_k.weight`, [512, 512]).name).toBe(`${MID}.key.weight`);
    expect(old.take(`${MID}.to_v.bias`, [512]).name).toBe(`${MID}.value.bias`);
    expect(old.take(`${MID}.to_out.0.bias`, [512]).name).toBe(`${MID}.proj_attn.bias`);
  });

  it('may be stored as 1×1 convolutions, whose bytes are a linear layer’s', () => {
    const stored = withOldVaeNames(fileOf({ [`${MID}.query.weight`]: [512, 512, 1, 1] }));
    expect(stored.take(`${MID}.to_q.weight`, [512, 512]).dims).toEqual([512, 512]);
  });

  it('are asked for under their name of today when they are missing, or have another shape', () => {
    const none = withOldVaeNames(fileOf({ 'conv_in.weight': [4, 4, 3, 3], [`${MID}.to_k.weight`]: [512, 256] }));
    expect(() => none.take(`${MID}.to_q.weight`, [512, 512])).toThrow(BadWeights);
    expect(() => none.take(`${MID}.to_q.weight`, [512, 512])).toThrow(/\/vae\.safetensors: tensor "decoder\.mid_block\.attentions\.0\.to_q\.weight" is missing/);
    expect(() => none.take(`${MID}.to_k.weight`, [512, 512])).toThrow(/has shape \[512, 256\], but the model's config asks for \[512, 512\]/);
  });
});
