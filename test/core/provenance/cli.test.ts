import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../../gpu-worker/delivery/encode-picture.ts';

const MAIN = join(import.meta.dirname, '../../../core/provenance/cli/main.ts');
const RECIPE = { version: 1, software: 'Refinery', job: '0123abcdef', seed: 7 } as const;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  const { data, info } = await sharp({ create: { width: 640, height: 16, channels: 3, background: '#3f8f3a' } }).raw().toBuffer({ resolveWithObject: true });
  const { bytes } = await encodePng({ width: info.width, height: info.height, rgb: new Uint8Array(data) }, { recipe: RECIPE });
  await Promise.all([writeFile(join(folder, 'ours.png'), bytes), writeFile(join(folder, 'text.png'), 'no picture')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function verify(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }));
  });
}

/** Processes start in a second; on a machine that has much else to do, in a minute. */
describe('npm run verify', { timeout: 120_000 }, () => {
  it('says what it finds, as text or as JSON', async () => {
    const { code, stdout } = await verify('--json', join(folder, 'ours.png'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ recipe: RECIPE, c2pa: { kind: 'none' } });
  });

  it('ends with 2 for what is no picture, and says why', async () => {
    expect(await verify(join(folder, 'text.png'))).toMatchObject({ code: 2, stderr: 'this is no PNG, JPEG, WebP or GIF of at most 36 megapixels\n' });
  });
});
