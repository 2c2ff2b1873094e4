import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtProcess } from '../../built-process.ts';
import { sha256 } from './fake-hub.ts';
import { type PullWorld, openWorld, untilUnderWay } from './pull-world.ts';
import { LARGE_BYTES } from './small-model.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = builtProcess('gpu-worker/weights/main.ts');
const LORA = 'lcm-lora-sdxl';

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function models({ hub, modelsDir }: PullWorld, ...args: readonly string[]): Running {
  return watch([process.execPath, MAIN, ...args], { hub, modelsDir });
}

function watch([command = '', ...args]: readonly string[], { hub, modelsDir }: Pick<PullWorld, 'hub' | 'modelsDir'>): Running {
  const env = { PATH: process.env['PATH'], HF_ENDPOINT: hub.endpoint, MODELS_DIR: modelsDir };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return { child, ended: once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr })) };
}

const weightsIn = ({ modelsDir }: PullWorld) => join(modelsDir, LORA, 'lora/pytorch_lora_weights.safetensors');

it('after a SIGKILL, a pull takes the lock over, goes on without a question, and fetches the rest only', async () => {
  const world = await openWorld(LORA);
  world.hub.pace = 150_000;
  const first = models(world, 'pull', LORA, '--accept-licence');
  await untilUnderWay(weightsIn(world));
  await expect(world.pull()).rejects.toThrow(`${LORA} is being changed by process ${first.child.pid}: wait until it is done, or stop it.`);
  first.child.kill('SIGKILL');
  await first.ended;
  const kept = (await stat(`${weightsIn(world)}.part`)).size;
  expect(existsSync(join(world.modelsDir, `.${LORA}.lock`))).toBe(true);

  world.hub.pace = undefined;
  world.hub.seen.length = 0;
  const { code, stdout, stderr } = await models(world, 'pull', LORA).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${LORA} is complete: 2 files, 300 kB, in ${join(world.modelsDir, LORA)}\n` });
  expect(stderr).not.toContain('\u001B');
  expect(kept).toBeGreaterThan(40_000);
  const content = await readFile(weightsIn(world));
  expect(world.hub.bytesOf(/safetensors/)).toBe(content.length - kept);
  expect(content.length).toBeGreaterThan(LARGE_BYTES);
  expect(sha256(content)).toBe(sha256(world.hub.repos.get('latent-consistency/lcm-lora-sdxl')?.get('pytorch_lora_weights.safetensors') ?? Buffer.alloc(0)));
  expect(existsSync(join(world.modelsDir, `.${LORA}.lock`))).toBe(false);
});

it('a disk that takes no more ends a pull with advice, and every byte that it took is gone on from', async () => {
  const world = await openWorld(LORA);
  // In units of 512 bytes. The write that crosses the limit, here the last one, is cut short without an error, as on a full disk.
  const whole = world.hub.repos.get('latent-consistency/lcm-lora-sdxl')?.get('pytorch_lora_weights.safetensors')?.length ?? 0;
  const limit = Math.floor((whole - 1) / 512);
  const limited = watch(['sh', '-c', `ulimit -f ${limit} && exec "${process.execPath}" "${MAIN}" pull ${LORA} --accept-licence`], world);
  expect(await limited.ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/Cannot write .*\.part: the file system takes no file of this size/) });
  expect((await stat(`${weightsIn(world)}.part`)).size).toBe(limit * 512);
  world.hub.seen.length = 0;
  await world.pull();
  expect(world.hub.bytesOf(/safetensors/)).toBe(whole - limit * 512);
});

it('Ctrl-C stops a pull at once, leaves what came, and no lock', async () => {
  const world = await openWorld(LORA);
  world.hub.pace = 60_000;
  const { child, ended } = models(world, 'pull', LORA, '--accept-licence');
  await untilUnderWay(weightsIn(world));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain('Stopped. What has been downloaded is kept; the same command goes on from here.');
  expect(stderr).not.toContain('    at ');
  expect(existsSync(`${weightsIn(world)}.part`)).toBe(true);
  expect(existsSync(join(world.modelsDir, `.${LORA}.lock`))).toBe(false);
});

it('the commands exit 0, 1 or 2, with results on stdout and the rest on stderr', async () => {
  const world = await openWorld(LORA);
  const run = (...args: readonly string[]) => models(world, ...args).ended;
  const [help, wrong, unaccepted] = await Promise.all([run('--help'), run('pull', LORA, '--yes'), run('pull', LORA)]);
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('npm run models -- pull sdxl') });
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: 'pull does not take --yes.\nnpm run models -- --help shows what can be written.\n' });
  expect(unaccepted).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('run the same command with --accept-licence') });

  await world.pull();
  const [list, check] = await Promise.all([run('list'), run('check')]);
  expect(list).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}lcm-lora-sdxl {2}300 kB {2}complete {2}CreativeML Open RAIL\+\+-M$/m) });
  expect(check).toMatchObject({ code: 0, stdout: `${LORA}: all 2 files are what was pulled\n` });
  expect(await run('remove', LORA, '--yes')).toMatchObject({ code: 0, stdout: `${LORA} is removed\n` });
  expect(existsSync(join(world.modelsDir, LORA))).toBe(false);
});
