/**
 * WebGPU's numbers against the CPU's, on whatever Vulkan device there is. Debian's chromium brings one that draws on the CPU (SwiftShader)
 * and Vulkan's loader:
 *
 *   REFINERY_TEST_WEBGPU=1 LD_LIBRARY_PATH=/usr/lib/chromium VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json \
 *     npx vitest run test/gpu-worker/sdxl/provider/webgpu.test.ts
 *
 * It takes minutes there.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import type { Checkpoint } from '../../../../gpu-worker/sdxl/checkpoint/checkpoint.ts';
import type { CheckedForm } from '../../../../gpu-worker/sdxl/provider/check-provider.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import type { Tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

const DEMO = join(import.meta.dirname, '../../../../gpu-worker/demo-model');
const MINUTES = 60_000;

describe.runIf(process.env['REFINERY_TEST_WEBGPU'] === '1')('the demo model on WebGPU', () => {
  let cpu: Checkpoint;
  let webgpu: Checkpoint;
  let chosen: CheckedForm | undefined;
  beforeAll(async () => {
    cpu = await openCheckpoint(join(DEMO, 'base'), { provider: 'cpu', host: 'inline' });
    webgpu = await openCheckpoint(join(DEMO, 'base'), { provider: 'webgpu', host: 'process', onProvider: (form) => (chosen = form) });
  }, 15 * MINUTES);
  afterAll(() => Promise.all([cpu.close(), webgpu.close()]));

  const tolerance = () => (chosen?.form.type === 'float16' ? 3e-2 : 2e-3);
  const expectNear = (found: Tensor, right: Tensor) => {
    expect(found.dims).toEqual(right.dims);
    const largest = Math.max(...right.data.map(Math.abs));
    const deviation = found.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (right.data[i] ?? NaN))), 0) / largest;
    expect(deviation).toBeLessThan(tolerance());
  };

  it('passed the self-check', () => {
    console.log(chosen);
    expect(chosen?.form.provider).toBe('webgpu');
  });

  it('encodes prompts as the CPU does', { timeout: 5 * MINUTES }, async () => {
    const { maxTokens, vocabSize } = cpu.textEncoder2.config;
    const ids = [Array.from({ length: maxTokens }, (_, i) => (i * 31) % (vocabSize - 1))];
    const [found, right] = [await webgpu.textEncoder2.encode(ids, -2), await cpu.textEncoder2.encode(ids, -2)];
    expectNear(found.hidden, right.hidden);
    expectNear(found.pooled ?? tensor([0]), right.pooled ?? tensor([1]));
  });

  it('predicts noise as the CPU does', { timeout: 10 * MINUTES }, async () => {
    const { inChannels, crossAttentionDim, additionInputDim, additionTimeEmbedDim } = cpu.unet.config;
    const pooled = additionInputDim - cpu.timeIdCount * additionTimeEmbedDim;
    const waves = (...dims: number[]) => tensor(dims, tensor(dims).data.map((_, i) => Math.sin(i * 12.9898)));
    const input = {
      sample: waves(2, inChannels, 8, 8),
      timestep: 601,
      promptEmbeds: waves(2, 77, crossAttentionDim),
      pooledPromptEmbeds: waves(2, pooled),
      timeIds: tensor([2, 6], Float32Array.of(64, 64, 0, 0, 64, 64, 64, 64, 0, 0, 64, 64)),
    };
    expectNear(await webgpu.unet.predict(input), await cpu.unet.predict(input));
  });

  it('encodes and decodes pictures as the CPU does', { timeout: 10 * MINUTES }, async () => {
    const pixels = tensor([1, 3, 64, 64], tensor([1, 3, 64, 64]).data.map((_, i) => Math.sin(i / 50)));
    const right = await cpu.vae.encode(pixels);
    expectNear((await webgpu.vae.encode(pixels)).mean, right.mean);
    expectNear(await webgpu.vae.decode(right.mean), await cpu.vae.decode(right.mean));
  });
});
