import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImagineWork } from '../../../core/job.ts';
import { DEMO } from '../../../core/model.ts';
import { readPngText } from '../../../core/provenance/png-text.ts';
import { type LoadedModel, loadModel } from '../../../gpu-worker/models/loaded-model.ts';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { paintJob } from '../../../gpu-worker/painting/paint-job.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { writeDemoLora } from '../models/demo-lora.ts';
import { float32Tensor } from '../sdxl/safetensors/stored-tensors.ts';
import { tempFolder } from '../sdxl/safetensors/write-safetensors.ts';

let stack: TestStack;
let demo: LoadedModel;
let folder: string;
beforeAll(async () => {
  [stack, demo, folder] = await Promise.all([startTestStack(), loadModel(DEMO, modelFolders('demo', undefined), { provider: 'cpu' }), tempFolder()]);
  await Promise.all([
    writeDemoLora(fileOf('ripples')),
    writeDemoLora(fileOf('wrong'), { changes: { 'lora_unet_nowhere.lora_down.weight': float32Tensor([1, 1], [0]) } }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([demo.close(), stack.close(), rm(folder, { recursive: true, force: true })]);
});

const fileOf = (name: string) => join(folder, `${name}.safetensors`);

async function paint(work: Partial<ImagineWork>) {
  const ledger = stack.ledger();
  const job = imagineJob({ work: { width: 64, height: 64, steps: 2, refine: 'none', ...work } });
  await ledger.admit(job, 1);
  const claim = await ledger.claim(job.id, 'a worker', 60);
  if (claim.kind !== 'claimed') throw new Error('it should be there to be painted');
  const lora = (name: string) => (name === 'gone' ? undefined : fileOf(name));
  const [picture] = await paintJob({ store: stack.pictures, ledger, owner: 'a worker', model: () => demo, lora }, claim.row, new AbortController().signal, () => undefined);
  if (!picture) throw new Error('a picture was painted');
  const painted = await stack.pictures.get(picture.stored.paintedKey);
  return { pixels: Buffer.from(painted).toString('base64'), parameters: readPngText(picture.file.bytes, 'parameters') };
}

describe('a picture with LoRA files', { timeout: 60_000 }, () => {
  it('is another one, and says so in its file; at strength 0 it is the plain one', async () => {
    const plain = await paint({});
    const tuned = await paint({ loras: [{ name: 'ripples', strength: 0.8 }] });
    expect(tuned.pixels).not.toBe(plain.pixels);
    expect(tuned.parameters).toMatch(/^a red house under a yellow sun <lora:ripples:0.8>\n/);
    expect((await paint({ loras: [{ name: 'ripples', strength: 0 }] })).pixels).toBe(plain.pixels);
  });

  it('is refused when one is not here any more, by its name', async () => {
    await expect(paint({ loras: [{ name: 'gone', strength: 1 }] })).rejects.toMatchObject({ reason: 'lora-missing', detail: '“gone”' });
  });

  it('is refused when one does not fit the model, by the first tensor that does not', async () => {
    await expect(paint({ loras: [{ name: 'wrong', strength: 1 }] })).rejects.toMatchObject({
      reason: 'lora-unfit',
      detail: expect.stringMatching(/^“wrong”: its `lora_unet_nowhere.lora_down.weight` fits no layer of this model/),
    });
  });

  it('is painted with the other options too, and says them', async () => {
    const { parameters } = await paint({ prompt2: 'ink drawing', clipSkip: 1, guidanceRescale: 0.7 });
    expect(parameters).toContain('Clip skip: 3, CFG Rescale: 0.7, Prompt 2: "ink drawing"');
  });
});
