import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ModelHostDied } from '../../../../gpu-worker/sdxl/session/model-host-died.ts';
import { ModelHost } from '../../../../gpu-worker/sdxl/session/model-host.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { negation, slowGraph } from './small-graph.ts';

const hosts: ModelHost[] = [];
function newHost(onRun?: ConstructorParameters<typeof ModelHost>[0]): ModelHost {
  const host = new ModelHost(onRun);
  hosts.push(host);
  return host;
}
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.close())));

const ones = (n: number) => tensor([n, n], new Float32Array(n * n).fill(1 / n));

describe('a model host', () => {
  it('runs several sessions in a process of its own', async () => {
    const host = newHost();
    const [first, second] = await Promise.all([host.open(negation()), host.open(negation())]);
    expect(host.pid).not.toBe(process.pid);
    const [a, b] = await Promise.all([first.run({ x: tensor([2], new Float32Array([1, -2])) }, ['y']), second.run({ x: tensor([1], new Float32Array([3])) }, ['y'])]);
    expect(a.y).toEqual(tensor([2], new Float32Array([-1, 2])));
    expect(b.y).toEqual(tensor([1], new Float32Array([-3])));
  });

  it('sees a feed that was changed in place since the last run', async () => {
    const session = await newHost().open(negation());
    const x = tensor([10_000]);
    for (const value of [1, 1, 2, 1]) {
      x.data.fill(value);
      const { y } = await session.run({ x }, ['y']);
      expect([y?.data[0], y?.data[9_999], y?.data.length]).toEqual([-value, -value, 10_000]);
    }
  });

  it('tells how long each run took inside onnxruntime', async () => {
    const runs: { session: string; insideMs: number }[] = [];
    const session = await newHost((run) => runs.push(run)).open(negation());
    const start = performance.now();
    await session.run({ x: tensor([1]) }, ['y']);
    expect(runs).toEqual([{ session: 'negation', insideMs: expect.any(Number) }]);
    expect(runs[0]?.insideMs).toBeGreaterThan(0);
    expect(runs[0]?.insideMs).toBeLessThan(performance.now() - start);
  });

  it('lets a run fail without dying', async () => {
    const session = await newHost().open(negation());
    await expect(session.run({ wrong: tensor([1]) }, ['y'])).rejects.toThrow(/wrong|x/);
    await expect(session.run({ x: tensor([1]) }, ['y'])).resolves.toHaveProperty('y');
  });

  it('rejects waiting and later runs with ModelHostDied when it is killed', async () => {
    const host = newHost();
    const session = await host.open(slowGraph());
    const runs = [session.run({ x: ones(512) }, ['y']), session.run({ x: ones(512) }, ['y'])].map((run) => run.catch((error: unknown) => error));
    kill(host, 'SIGKILL');
    for (const error of await Promise.all(runs)) {
      expect(error).toBeInstanceOf(ModelHostDied);
      expect(error).toMatchObject({ signal: 'SIGKILL', exitCode: null, message: expect.stringContaining('memory') });
    }
    await expect(session.run({ x: ones(2) }, ['y'])).rejects.toThrow(ModelHostDied);
    await expect(host.open(negation())).rejects.toThrow(ModelHostDied);
    await expect(session.close()).resolves.toBeUndefined();
  });

  it('stays for its parent when the terminal or a supervisor interrupts the group', async () => {
    const host = newHost();
    const session = await host.open(negation());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) kill(host, signal);
    await expect(session.run({ x: tensor([1]) }, ['y'])).resolves.toHaveProperty('y');
  });

  it('ends when closed, even in the middle of a run, and its runs say so', async () => {
    const host = newHost();
    const session = await host.open(slowGraph());
    const run = session.run({ x: ones(1024) }, ['y']).catch((error: unknown) => error);
    await host.close();
    expect(await run).toMatchObject({ message: 'the model was closed' });
    expect(isAlive(host.pid)).toBe(false);
  });
});

describe("a model host's parent", () => {
  it('takes the host along when it is killed, even in the middle of a run', async () => {
    const parent = startParent('busy');
    const [pid] = await once(parent, 'message');
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false);
  });

  it('can end without closing the host, which holds nobody up', async () => {
    const parent = startParent('idle');
    const [pid] = await once(parent, 'message');
    expect((await once(parent, 'exit'))[0]).toBe(0);
    await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false);
  });
});

function startParent(mode: 'busy' | 'idle') {
  return fork(fileURLToPath(new URL('parent-of-host.ts', import.meta.url)), [mode], { execArgv: ['--import', 'tsx'], cwd: process.cwd() });
}

function kill(host: ModelHost, signal: NodeJS.Signals): void {
  if (host.pid === undefined) throw new Error('the host has no process');
  process.kill(host.pid, signal);
}

/** A zombie is dead too: in a container that nobody tends, it stays in the table. */
function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
