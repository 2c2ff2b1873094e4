import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ESRGAN_THICK_PACKAGE } from './esrgan-thick.ts';

export const run = promisify(execFile);

/** Packs the npm package into a temporary folder, which is there while `use` runs: its `package/models/x4` and `package/LICENSE`. Nothing is installed. */
export async function withPackedModel<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'refinery-esrgan-'));
  try {
    console.log(`packing ${ESRGAN_THICK_PACKAGE} …`);
    // npm compares what it packs with the registry's checksum.
    const { stdout } = await run('npm', ['pack', ESRGAN_THICK_PACKAGE, '--silent', '--pack-destination', folder]);
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', folder, 'package/models/x4', 'package/LICENSE']);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
