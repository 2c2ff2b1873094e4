import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { diffusersFolder } from '../../../../gpu-worker/sdxl/checkpoint/diffusers-folder.ts';
import { planUNet } from '../../../../gpu-worker/sdxl/checkpoint/plan-networks.ts';
import { loraTargets } from '../../../../gpu-worker/sdxl/lora/lora-targets.ts';
import { readLora } from '../../../../gpu-worker/sdxl/lora/read-lora.ts';
import { CPU_FORM, FAMILIES_OF } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { GraphForm } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { BASE, loraFile } from './small-lora.ts';

const FORMS: readonly GraphForm[] = [
  CPU_FORM,
  { provider: 'cuda', type: 'float16', families: new Set(FAMILIES_OF.cuda) },
  { provider: 'webgpu', type: 'float16', families: new Set(FAMILIES_OF.webgpu) },
];

describe('a graph with LoRA branches', () => {
  test.each(FORMS)('for $provider reads both matrices of every layer from the LoRA file itself, and has one input for its strength', async (form) => {
    const unet = planUNet(await (await diffusersFolder(BASE)).part('unet'), { form });
    const targets = loraTargets({ unetConfig: unet.config, unet: unet.modules, text_encoder: undefined, text_encoder_2: new Map() });
    const lora = await readLora(loraFile('unet_conv_kohya_sgm'), targets);
    const branches = new Map([...lora.updates.unet].map(([module, update]) => [module, [{ input: 'lora.0', update }]] as const));
    const { graph } = fromBinary(ModelProtoSchema, unet.withBranches(branches).model);

    const inputs = graph?.input.map(({ name }) => name) ?? [];
    expect(inputs.filter((name) => name.startsWith('lora.'))).toEqual(['lora.0']);
    const location = lora.path.replace(/^\//, '');
    const mapped = graph?.initializer.flatMap(({ externalData }) => {
      const entries = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
      return entries['location'] === location ? [Number(entries['offset'])] : [];
    });
    const expected = [...lora.updates.unet.values()].flatMap(({ down, up }) => [down.offset, up.offset]);
    expect(new Set(mapped)).toEqual(new Set(expected));
    expect(expected).toHaveLength(480);
  });
});
