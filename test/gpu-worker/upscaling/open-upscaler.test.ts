import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enlarge } from '../../../gpu-worker/upscaling/enlarge.ts';
import { ESRGAN, openUpscaler } from '../../../gpu-worker/upscaling/open-upscaler.ts';
import type { Upscaler } from '../../../gpu-worker/upscaling/upscaler.ts';
import { withFallback } from '../../../gpu-worker/upscaling/with-fallback.ts';
import { modelHostPids } from '../model-hosts.ts';
import { tempFolder, writeSafetensors } from '../sdxl/safetensors/write-safetensors.ts';
import { smallCompact, smallRrdb } from './networks/small-networks.ts';

const PICTURE = { width: 12, height: 10, rgb: Uint8Array.from({ length: 360 }, (_, i) => (i * 7) % 256) };
const SIZE = { width: 24, height: 20 };

let modelsDir: string;
beforeAll(async () => {
  modelsDir = await tempFolder();
  await mkdir(join(modelsDir, 'upscalers'));
  await writeSafetensors(join(modelsDir, 'upscalers', 'mine.safetensors'), smallCompact(4, 2, 4));
  const { 'body.0.rdb2.conv4.bias': _, ...cut } = smallRrdb({ features: 4, growth: 2, blocks: 1, inChannels: 3 });
  await writeSafetensors(join(modelsDir, 'upscalers', 'broken.safetensors'), cut);
  await writeFile(join(modelsDir, 'upscalers', 'pickle.safetensors'), Buffer.from([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46]));
});
afterAll(() => rm(modelsDir, { recursive: true }));

const remarks: string[] = [];
const open = (name: string) => openUpscaler(name, { modelsDir, provider: 'cpu', onRemark: (remark) => remarks.push(remark) });

describe('an upscaler is opened by its name', () => {
  it('lanczos needs no network', async () => {
    const upscaler = await open('lanczos');
    await expect(upscaler.enlarge(PICTURE, SIZE)).resolves.toEqual({ picture: enlarge(PICTURE, 24, 20), by: 'Lanczos' });
  });

  it('a file of the operator\'s runs in a process of its own, and once more after that was killed', async () => {
    const before = await modelHostPids();
    const upscaler = await open('mine');
    const first = await upscaler.enlarge(PICTURE, SIZE);
    expect(first).toMatchObject({ by: 'mine', picture: SIZE });
    const [host = expect.fail('no host')] = (await modelHostPids()).filter((pid) => !before.includes(pid));
    process.kill(host, 'SIGKILL');
    await expect(upscaler.enlarge(PICTURE, SIZE)).resolves.toEqual(first);
    await upscaler.close();
  });

  it('a picture that has its size already is left alone', async () => {
    for (const name of [ESRGAN, 'lanczos']) {
      const upscaler = await open(name);
      await expect(upscaler.enlarge(PICTURE, PICTURE)).resolves.toEqual({ picture: PICTURE });
      await upscaler.close();
    }
  });

  it('a broken file is refused with the tensor at fault', async () => {
    await expect(open('broken')).rejects.toThrow(/broken\.safetensors: tensor "body\.0\.rdb2\.conv4\.bias" is missing/);
  });

  it('a pickle is refused', async () => {
    await expect(open('pickle')).rejects.toThrow('is a PyTorch pickle, which can run code when it is read');
  });

  it.each(['nothing', '../upscalers/mine'])('%s is not there: what is, is named', async (name) => {
    await expect(open(name)).rejects.toThrow(/there is no upscaler .*: set REFINERY_UPSCALER to esrgan, lanczos, broken, mine, pickle/);
  });
});

describe('where a network cannot be run', () => {
  const failing: Upscaler = { enlarge: async () => Promise.reject(new Error('out of memory')), close: async () => undefined };

  it('Lanczos does the work, and says so', async () => {
    const said: string[] = [];
    const { by } = await withFallback(failing, (remark) => said.push(remark)).enlarge(PICTURE, SIZE);
    expect([by, said]).toEqual(['Lanczos', ['Lanczos enlarges instead: out of memory']]);
  });

  it('what was stopped stays stopped', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(withFallback(failing, () => undefined).enlarge(PICTURE, SIZE, { signal })).rejects.toThrow('cancelled');
  });
});
