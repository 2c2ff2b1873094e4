import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdxl-'));
});
afterAll(() => rm(folder, { recursive: true }));

function sdxl(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import', 'tsx', join(root, 'gpu-worker/sdxl/cli/main.ts'), ...args], { cwd: root }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const small = ['--prompt', 'a red circle', '--steps', '5', '--width', '64', '--height', '96'] as const;

describe('npm run sdxl', () => {
  test('paints with the demo model when no other is named, and says on stdout where the pictures are', async () => {
    const out = join(folder, 'two.png');
    const { code, stdout, stderr } = await sdxl(...small, '--seed', '5', '--count', '2', '--out', out);
    expect({ code, files: stdout.trim().split('\n') }).toEqual({ code: 0, files: [join(folder, 'two-1.png'), join(folder, 'two-2.png')] });
    expect(stderr).toMatch(/^seed 5\n/);
    expect(stderr).toMatch(/^base +painted in/m);
    expect(stderr).toMatch(/^refiner +refined in/m);
    expect(stderr).not.toContain('\u001b');
    expect(await sharp(join(folder, 'two-2.png')).metadata()).toMatchObject({ format: 'png', width: 64, height: 96, channels: 3 });

    const alone = join(folder, 'alone.png');
    expect((await sdxl(...small, '--seed', '6', '--out', alone)).code).toBe(0);
    expect(await readFile(alone)).toEqual(await readFile(join(folder, 'two-2.png')));
  });

  test('takes the refiner in two stages, or not at all', async () => {
    const paint = async (refine: string) => {
      const out = join(folder, `${refine}.png`);
      expect((await sdxl(...small, '--seed', '5', '--refine', refine, '--out', out)).code).toBe(0);
      return readFile(out);
    };
    expect(await paint('two-stage')).not.toEqual(await paint('none'));
  });

  test('quotes what a prompt has too much, and reads it with --weighted', async () => {
    const long = `a red circle${' on a blue background'.repeat(20)}, Twice`;
    const paint = (...more: readonly string[]) => sdxl(...small, '--prompt', long, '--steps', '2', '--seed', '1', '--out', join(folder, 'long.png'), ...more);
    const plain = await paint();
    expect(plain.stderr).toMatch(/--prompt has 8\d tokens, of which 75 are read; not this: ".*background, Twice"; --weighted reads it\n/);
    expect(plain.code).toBe(0);
    expect((await paint('--weighted')).stderr).not.toContain('are read');
  });

  test('paints on a picture where the mask is white, and nowhere else', async () => {
    const [image, mask, out] = [join(folder, 'red.png'), join(folder, 'mask.png'), join(folder, 'inpainted.png')];
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#e02020' } }).png().toFile(image);
    const white = await sharp({ create: { width: 32, height: 64, channels: 3, background: 'white' } }).png().toBuffer();
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'black' } }).composite([{ input: white, left: 0, top: 0 }]).png().toFile(mask);
    const paint = async (...more: readonly string[]) => {
      expect(await sdxl('--prompt', 'a green circle on a blue background', '--steps', '8', '--seed', '1', '--image', image, '--out', out, ...more)).toMatchObject({ code: 0 });
      return sharp(out).raw().toBuffer();
    };
    const pixels = await paint('--mask', mask);
    const at = (x: number) => [...pixels.subarray(3 * (32 * 64 + x), 3 * (32 * 64 + x) + 3)];
    const [inside, outside] = [at(4), at(60)];
    expect((outside[0] ?? 0) - (outside[2] ?? 0)).toBeGreaterThan(100);
    expect((inside[0] ?? 0) - (inside[2] ?? 0)).toBeLessThan(50);
    // The whole picture, at another size.
    await paint('--image-strength', '0.5', '--width', '96', '--height', '64', '--refine', 'none', '--sampler', 'dpmpp-2m-karras');
    expect(await sharp(out).metadata()).toMatchObject({ width: 96, height: 64 });
  });

  test('explains itself', async () => {
    const { code, stdout } = await sdxl('--help');
    expect(code).toBe(0);
    for (const option of ['--prompt', '--base', '--refiner', '--negative', '--steps', '--denoising-end', '--strength', 'Exit code']) expect(stdout).toContain(option);
  });

  test('exits 2 on a wrong command line, saying what to write', async () => {
    const { code, stderr } = await sdxl('--prompt', 'x', '--out', 'x.png', '--steps', 'ten');
    expect(stderr).toBe('--steps is ten: give a number from 1 to 1000.\nnpm run sdxl -- --help lists the options.\n');
    expect(code).toBe(2);
  });

  test('exits 1 when it cannot paint, and leaves no file', async () => {
    const out = join(folder, 'never.png');
    expect(await sdxl('--prompt', 'x', '--out', out, '--width', '60')).toMatchObject({ code: 1, stderr: expect.stringContaining('width is 60') });
    expect(await sdxl('--prompt', 'x', '--out', out, '--base', folder)).toMatchObject({ code: 1, stderr: expect.stringContaining(folder) });
    expect(await sdxl('--prompt', 'x', '--out', out, '--image', join(folder, 'missing.png'))).toMatchObject({ code: 2, stderr: expect.stringContaining('missing.png cannot be read as a picture') });
    expect(await readdir(folder)).not.toContain('never.png');
  });
});
