import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImagineWork, RefineWork } from '../../../core/job.ts';
import { decodeLatentsFile, encodeLatents } from '../../../gpu-worker/painting/latents-file.ts';
import { type LoadedModel, loadModel, modelFolders } from '../../../gpu-worker/painting/loaded-model.ts';
import { type PaintFrom, paintImagined, paintRefined } from '../../../gpu-worker/painting/paint-picture.ts';
import { type StoppedRun, decodeStoppedRun, encodeStoppedRun } from '../../../gpu-worker/painting/run-state-file.ts';
import type { Latents } from '../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import type { Watch } from '../../../gpu-worker/sdxl/pipeline/watch.ts';
import { imagineJob } from '../../core/example-jobs.ts';

let demo: LoadedModel;
beforeAll(async () => {
  demo = await loadModel('demo', modelFolders('demo', undefined), { provider: 'cpu' });
});
afterAll(() => demo.close());

function work(changes: Partial<ImagineWork>): ImagineWork {
  return imagineJob({ work: { steps: 5, ...changes } }).work as ImagineWork;
}

const asFiled = async (latents: Latents) => decodeLatentsFile(encodeLatents(latents)) ?? latents;

function paint(asked: ImagineWork, from: PaintFrom = { at: 'start' }, watch: Watch = {}, onHandover = asFiled) {
  return demo.use((sdxl) => paintImagined({ sdxl, model: demo.model }, asked, asked.seed, from, watch, onHandover));
}

/** Stops a run after a step and keeps it as a drain does: through its file. */
async function stopAfter(asked: ImagineWork, stage: 'base' | 'refiner', step: number): Promise<StoppedRun> {
  const stop = new AbortController();
  let bytes = new Uint8Array();
  const watch: Watch = {
    signal: stop.signal,
    onStep: (progress) => {
      if (progress.stage !== stage || progress.step !== step) return;
      bytes = new Uint8Array(encodeStoppedRun({ stage, state: progress.snapshot() }));
      stop.abort(new Error('draining'));
    },
  };
  await expect(paint(asked, { at: 'start' }, watch)).rejects.toThrow('draining');
  const run = decodeStoppedRun(bytes);
  if (!run) throw new Error('the run could not be read back');
  return run;
}

describe('a picture', () => {
  it.each([
    ['ensemble', 'base'],
    ['ensemble', 'refiner'],
    ['two-stage', 'refiner'],
    ['none', 'base'],
  ] as const)('of form %s that was stopped in the %s is the same as one that was not', async (refine, stage) => {
    const asked = work({ refine, steps: refine === 'two-stage' ? 7 : 10 });
    const whole = await paint(asked);
    const run = await stopAfter(asked, stage, 1);
    expect(await paint(asked, { at: 'step', ...run })).toEqual(whole);
  });

  it('is the same when another worker goes on from its hand-over', async () => {
    const asked = work({ refine: 'ensemble' });
    let file = new Uint8Array();
    const whole = await paint(asked, { at: 'start' }, {}, (latents) => {
      file = new Uint8Array(encodeLatents(latents));
      return asFiled(latents);
    });
    const stages: string[] = [];
    const latents = decodeLatentsFile(file);
    if (!latents) throw new Error('no latents');
    const resumed = await paint(asked, { at: 'handover', latents }, { onStep: ({ stage }) => void stages.push(stage) });
    expect(resumed).toEqual(whole);
    expect(stages).toEqual(['refiner']);
  });

  it('is larger when the refiner raises it in a second stage', async () => {
    const { width, height } = await paint(work({ refine: 'two-stage', width: 128, height: 96 }));
    expect([width, height]).toEqual([192, 144]);
  });

  it.each(['ensemble', 'two-stage', 'none'] as const)('can be painted in a single step: %s', async (refine) => {
    expect((await paint(work({ refine, steps: 1 }))).width).toBeGreaterThanOrEqual(128);
  });
});

describe('a finished picture', () => {
  const refineWork = (changes: Partial<RefineWork>): RefineWork => ({
    ...work({}),
    kind: 'refine',
    strength: 0.3,
    source: { jobId: '1', index: 0, pictureKey: 'painted/1/0.png', channelId: '2', messageId: '3' },
    ...changes,
  });

  it('is refined at the size that was asked for, and stays the same picture', async () => {
    const source = await paint(work({ refine: 'none', steps: 10 }));
    const refined = await demo.use((sdxl) =>
      paintRefined({ sdxl, model: demo.model }, refineWork({ width: 192, height: 192, steps: 10 }), source, { at: 'start' }, {}),
    );
    expect([refined.width, refined.height]).toEqual([192, 192]);
    const mean = (rgb: Uint8Array) => rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
    expect(Math.abs(mean(refined.rgb) - mean(source.rgb))).toBeLessThan(25);
  });

  it('is refined by at least one step', async () => {
    const source = await paint(work({ refine: 'none', steps: 1 }));
    let steps = 0;
    const watch = { onStep: () => void (steps += 1) };
    await demo.use((sdxl) => paintRefined({ sdxl, model: demo.model }, refineWork({ steps: 1 }), source, { at: 'start' }, watch));
    expect(steps).toBe(1);
  });
});

describe('a stopped run', () => {
  it.each([
    ['empty', new Uint8Array()],
    ['not JSON', new TextEncoder().encode('{"version":')],
    ['of another version', new TextEncoder().encode('{"version":2}')],
  ])('is not read from a file that is %s', (_, bytes) => {
    expect(decodeStoppedRun(bytes)).toBeUndefined();
  });
});
