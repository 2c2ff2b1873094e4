import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lockModel } from '../../../gpu-worker/weights/pull-lock.ts';
import { temporaryFolder } from './pull-world.ts';

const holder = (host: string, pid: number) => JSON.stringify({ nonce: 'theirs', host, pid });

it('gives a lock to one, and to the next when it is released', async () => {
  const folder = await temporaryFolder();
  const lock = await lockModel(folder, 'sdxl');
  await expect(lockModel(folder, 'sdxl')).rejects.toThrow(`sdxl is being changed by process ${process.pid}`);
  await (await lockModel(folder, 'sdxl-turbo')).release();
  await lock.release();
  await (await lockModel(folder, 'sdxl')).release();
  expect(await readdir(folder)).toEqual([]);
});

it('takes over from a process that is gone, and from another host that has not stirred for a minute', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, '.sdxl.lock');
  // Above the largest process id that Linux gives out.
  await writeFile(file, holder(hostname(), 4_194_305));
  await (await lockModel(folder, 'sdxl')).release();

  await writeFile(file, holder('elsewhere', 1));
  await expect(lockModel(folder, 'sdxl')).rejects.toThrow('process 1 on elsewhere');
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(file, longAgo, longAgo);
  const lock = await lockModel(folder, 'sdxl');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

it('gives a stale lock to exactly one of many that want it at once', async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < 10; round++) {
    await writeFile(join(folder, '.sdxl.lock'), holder(hostname(), 4_194_305));
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => sleep(i % 4).then(() => lockModel(folder, 'sdxl'))));
    const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

it('leaves a lock alone that another has taken over', async () => {
  const folder = await temporaryFolder();
  const lock = await lockModel(folder, 'sdxl');
  await writeFile(join(folder, '.sdxl.lock'), holder('elsewhere', 7));
  await lock.release();
  expect(await readFile(join(folder, '.sdxl.lock'), 'utf8')).toBe(holder('elsewhere', 7));
});
