import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLoras } from '../../../gpu-worker/models/find-loras.ts';
import { triggerWords } from '../../../gpu-worker/models/trigger-words.ts';
import { tempFolder } from '../sdxl/safetensors/write-safetensors.ts';
import { writeDemoLora } from './demo-lora.ts';

let folder: string;
beforeAll(async () => {
  folder = await tempFolder();
  await mkdir(join(folder, 'models/lcm-lora-sdxl/lora'), { recursive: true });
  await mkdir(join(folder, 'loras/styles'), { recursive: true });
  await writeDemoLora(join(folder, 'loras/styles/Paper Cut [v2].safetensors'), { metadata: { 'modelspec.trigger_phrase': 'papercut style, layered paper' } });
  await writeDemoLora(join(folder, 'loras/film-grain.safetensors'));
  await writeDemoLora(join(folder, 'models/lcm-lora-sdxl/lora/pytorch_lora_weights.safetensors'));
  await writeFile(join(folder, 'loras/broken.safetensors'), 'not a file of weights');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('LoRA files', () => {
  it('are found in folders of folders and among pulled models; a broken one is told of once', async () => {
    const told: string[] = [];
    const find = () => findLoras(join(folder, 'loras'), join(folder, 'models'), (file, error) => told.push(`${file}: ${String(error)}`));
    const found = await find();
    expect(found.map(({ name, words }) => ({ name, words }))).toEqual([
      { name: 'film-grain', words: [] },
      { name: 'Paper Cut _v2_', words: ['papercut style', 'layered paper'] },
      { name: 'lcm-lora-sdxl', words: [] },
    ]);
    await find();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('broken.safetensors');
  });

  it('tell the tags that stood under nearly all of their training pictures', () => {
    const tags = { '10_ink': { 'ink wash': 20, mountain: 4, river: 3 }, '5_more': { 'ink wash': 5, monochrome: 22 } };
    expect(triggerWords({ ss_tag_frequency: JSON.stringify(tags) })).toEqual(['ink wash', 'monochrome']);
    expect(triggerWords({ ss_tag_frequency: '{' })).toEqual([]);
    expect(triggerWords({})).toEqual([]);
  });
});
