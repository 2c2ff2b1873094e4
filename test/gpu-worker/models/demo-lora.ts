import { join } from 'node:path';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { readSafetensors } from '../../../gpu-worker/sdxl/safetensors/read-safetensors.ts';
import { ripples } from '../sdxl/lora/small-lora.ts';
import { type RawTensor, float32Tensor, writeRawTensors } from '../sdxl/safetensors/stored-tensors.ts';

const RANK = 4;
const LAYERS = /^(mid_block|up_blocks\.0)\..*\.attn2\.to_(v|out\.0)\.weight$/;

/** Writes a LoRA file of rank 4 for some attention layers of the demo model, under kohya-ss' names; its numbers only look random. */
export async function writeDemoLora(path: string, { metadata = {}, changes = {} }: { readonly metadata?: Readonly<Record<string, string>>; readonly changes?: Readonly<Record<string, RawTensor>> } = {}): Promise<void> {
  const { base } = modelFolders('demo', undefined);
  const { tensors } = await readSafetensors(join(base, 'unet/diffusion_pytorch_model.fp16.safetensors'));
  const layers = [...tensors.values()].filter(({ name }) => LAYERS.test(name));
  const parts = layers.flatMap(({ name, dims: [outputs = 0, inputs = 0] }, i): [string, RawTensor][] => {
    const layer = `lora_unet_${name.slice(0, -'.weight'.length).replaceAll('.', '_')}`;
    return [
      [`${layer}.lora_down.weight`, ripples([RANK, inputs], i)],
      [`${layer}.lora_up.weight`, ripples([outputs, RANK], i + 0.5)],
      [`${layer}.alpha`, float32Tensor([], [RANK])],
    ];
  });
  await writeRawTensors(path, new Map([...parts, ...Object.entries(changes)]), metadata);
}
