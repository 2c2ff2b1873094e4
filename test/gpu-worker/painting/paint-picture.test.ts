import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FinishWork, ImagineWork, RefineWork, VaryWork } from '../../../core/job.ts';
import { DEMO } from '../../../core/model.ts';
import { decodeLatentsFile, encodeLatents } from '../../../gpu-worker/painting/latents-file.ts';
import { type LoadedModel, loadModel } from '../../../gpu-worker/models/loaded-model.ts';
import { modelFolders } from '../../../gpu-worker/models/model-folders.ts';
import { paintFinished, paintRefined, paintVaried } from '../../../gpu-worker/painting/paint-derived.ts';
import { type Keeping, type PaintFrom, paintImagined } from '../../../gpu-worker/painting/paint-picture.ts';
import { type StoppedRun, decodeStoppedRun, encodeStoppedRun } from '../../../gpu-worker/painting/run-state-file.ts';
import type { Latents } from '../../../gpu-worker/sdxl/pipeline/sdxl.ts';
import type { Watch } from '../../../gpu-worker/sdxl/pipeline/watch.ts';
import { LANCZOS } from '../../../gpu-worker/upscaling/upscaler.ts';
import { imagineJob } from '../../core/example-jobs.ts';

let demo: LoadedModel;
beforeAll(async () => {
  demo = await loadModel(DEMO, modelFolders('demo', undefined), { provider: 'cpu' });
});
afterAll(() => demo.close());

function work(changes: Partial<ImagineWork>): ImagineWork {
  return imagineJob({ work: { steps: 5, ...changes } }).work as ImagineWork;
}

const asFiled = async (latents: Latents) => decodeLatentsFile(encodeLatents(latents)) ?? latents;
const KEEP_NOTHING: Keeping = { handover: asFiled, passing: async () => undefined };

function paint(asked: ImagineWork, from: PaintFrom = { at: 'start' }, watch: Watch = {}, keep: Partial<Keeping> = {}) {
  return demo.use((sdxl) => paintImagined({ sdxl, model: demo.model, upscaler: LANCZOS }, asked, asked.seed, from, watch, { ...KEEP_NOTHING, ...keep }));
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
    const handover = (latents: Latents) => {
      file = new Uint8Array(encodeLatents(latents));
      return asFiled(latents);
    };
    const whole = await paint(asked, { at: 'start' }, {}, { handover });
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
      paintRefined({ sdxl, model: demo.model, upscaler: LANCZOS }, refineWork({ width: 192, height: 192, steps: 10 }), source, { at: 'start' }, {}),
    );
    expect([refined.width, refined.height]).toEqual([192, 192]);
    const mean = (rgb: Uint8Array) => rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
    expect(Math.abs(mean(refined.rgb) - mean(source.rgb))).toBeLessThan(25);
  });

  it('is refined by at least one step', async () => {
    const source = await paint(work({ refine: 'none', steps: 1 }));
    let steps = 0;
    const watch = { onStep: () => void (steps += 1) };
    await demo.use((sdxl) => paintRefined({ sdxl, model: demo.model, upscaler: LANCZOS }, refineWork({ steps: 1 }), source, { at: 'start' }, watch));
    expect(steps).toBe(1);
  });
});

describe('a picture that the base painted to its end', () => {
  const source = { jobId: '1', index: 0, pictureKey: 'painted/1/0.png', channelId: '2', messageId: '3' };

  it('is finished from the latents it passed, into the very picture that the ensemble paints', async () => {
    const asked = work({ refine: 'none', steps: 10 });
    let file: Uint8Array | undefined;
    const plain = await paint(asked, { at: 'start' }, {}, { passing: async (latents) => void (file = encodeLatents(latents)) });
    const handover = file && decodeLatentsFile(file);
    if (!handover) throw new Error('no latents were kept');
    const { count: _, refine: __, ...painting } = asked;
    const finish: FinishWork = { ...painting, kind: 'finish', handoverKey: 'checkpoints/1/handover-0.f16', source };
    const finished = await demo.use((sdxl) => paintFinished({ sdxl, model: demo.model, upscaler: LANCZOS }, finish, handover, { at: 'start' }, {}));
    expect(finished).toEqual(await paint({ ...asked, refine: 'ensemble' }));
    expect(finished).not.toEqual(plain);
  });

  it('has passed the same latents when it was stopped before them', async () => {
    const asked = work({ refine: 'none', steps: 10 });
    const kept: Latents[] = [];
    const passing = async (latents: Latents) => void kept.push(latents);
    await paint(asked, { at: 'start' }, {}, { passing });
    const run = await stopAfter(asked, 'base', 2);
    await paint(asked, { at: 'step', ...run }, {}, { passing });
    expect(kept).toHaveLength(2);
    expect(kept[0]).toEqual(kept[1]);
  });

  it('passes nothing in a single step', async () => {
    const passing = async () => expect.unreachable('nothing to keep');
    await paint(work({ refine: 'none', steps: 1 }), { at: 'start' }, {}, { passing });
  });
});

describe('a variation', () => {
  const vary = (changes: Partial<VaryWork> = {}): VaryWork => {
    const { count: _, ...painting } = work({ steps: 10 });
    return { ...painting, kind: 'vary', strength: 0.6, refine: 'ensemble', source: { jobId: '1', index: 0, pictureKey: 'k', channelId: '2', messageId: '3' }, ...changes };
  };
  const paintVariation = (asked: VaryWork, source: Parameters<typeof paintVaried>[2], from: PaintFrom = { at: 'start' }, watch: Watch = {}, keep: Partial<Keeping> = {}) =>
    demo.use((sdxl) => paintVaried({ sdxl, model: demo.model, upscaler: LANCZOS }, asked, source, from, watch, { ...KEEP_NOTHING, ...keep }));

  it('differs with its seed, keeps the size, and is the same when another worker goes on from its hand-over', async () => {
    const source = await paint(work({ refine: 'none', steps: 6, width: 128, height: 96 }));
    let latents: Latents | undefined;
    const handover = async (reached: Latents) => (latents = await asFiled(reached));
    const stages = new Set<string>();
    const first = await paintVariation(vary({ seed: 1 }), source, { at: 'start' }, { onStep: ({ stage }) => void stages.add(stage) }, { handover });
    expect([first.width, first.height]).toEqual([128, 96]);
    expect([...stages]).toEqual(['base', 'refiner']);
    expect(await paintVariation(vary({ seed: 2 }), source)).not.toEqual(first);
    if (!latents) throw new Error('no hand-over');
    expect(await paintVariation(vary({ seed: 1 }), source, { at: 'handover', latents })).toEqual(first);
  });

  it('without the refiner keeps what it passed', async () => {
    const source = await paint(work({ refine: 'none', steps: 6 }));
    let kept = 0;
    await paintVariation(vary({ refine: 'none' }), source, { at: 'start' }, {}, { passing: async () => void (kept += 1) });
    expect(kept).toBe(1);
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
