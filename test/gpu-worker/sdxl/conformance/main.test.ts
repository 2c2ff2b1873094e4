import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const reference = join(root, 'test/reference');

function conformance(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import', 'tsx', join(root, 'gpu-worker/sdxl/conformance/main.ts'), ...args], { cwd: root }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe('npm run conformance', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
    await symlink(join(reference, 'models'), join(folder, 'models'));
    await cp(join(reference, 'rng.bin'), join(folder, 'rng.bin'));
    await cp(join(reference, 'rng.json'), join(folder, 'rng.json'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('prints a plain table and exits 0 when all cases pass', async () => {
    const { code, stdout } = await conformance(reference, '--topic', 'rng');
    expect(stdout.split('\n')[0]).toMatch(/^topic +cases +passed +failed +skipped +largest error +seconds$/);
    expect(stdout).toMatch(/^rng +126 +126 +0 +0 +2\.4e-7/m);
    expect(stdout).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  test('exits 1 and names the case when a number is wrong', async () => {
    const json = await readFile(join(reference, 'tokenizer.json'), 'utf8');
    await writeFile(join(folder, 'tokenizer.json'), json.replace('49406,320,1125', '49406,321,1125'));
    const { code, stdout } = await conformance(folder, '--topic', 'tokenizer');
    expect(stdout).toContain('✗ tokenizer prompt 2: tokenizer\'s ids of "a photo of a cat"');
    expect(code).toBe(1);
  });

  test('does not take damaged data for a difference', async () => {
    const bytes = await readFile(join(reference, 'rng.bin'));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(join(folder, 'rng.bin'), bytes);
    const { code, stdout } = await conformance(folder, '--topic', 'rng');
    expect(stdout).toContain('rng.bin is damaged');
    expect(code).toBe(1);
  });

  test('says what is wrong with the command, and exits 2', async () => {
    expect(await conformance(reference, '--topic', 'colours')).toMatchObject({ code: 2, stderr: expect.stringContaining('no topic "colours"') });
    expect(await conformance(tmpdir())).toMatchObject({ code: 2, stderr: expect.stringContaining('models/base is missing') });
    expect(await conformance('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--topic NAME') });
    expect(await conformance(reference, '--colour')).toMatchObject({ code: 2, stderr: expect.stringContaining('--colour') });
  });
});
