import { describe, expect, it, test } from 'vitest';
import { costOf } from '../../core/credits.ts';
import { type Original, againWork, enlarged, refineWork, scaleOf, upscaleWork, varyWork } from '../../core/derive-work.ts';
import type { ImagineWork } from '../../core/job.ts';
import { parseJob, serializeJob } from '../../core/job.ts';
import type { StoredPicture } from '../../core/ledger/row.ts';
import { DEMO, SDXL } from '../../core/model.ts';
import { imagineJob } from './example-jobs.ts';

const NOW = 1_700_000_000_000;

function original(work: Partial<ImagineWork> = {}, picture: Partial<StoredPicture> = {}): Original {
  const job = imagineJob({ work });
  const { width, height, seed } = job.work;
  return {
    row: { job },
    index: 0,
    channelId: '400000000000000001',
    messageId: '900000000000000001',
    picture: { key: `pictures/${job.id}/0.png`, paintedKey: `painted/${job.id}/0.png`, seed, width, height, ...picture },
  };
}
const kept = { handover: { key: 'checkpoints/1/handover-0.f16', keptUntil: NOW + 1 } };

describe('✨', () => {
  it('finishes the kept latents, at the picture’s own size and steps, for the refiner’s share of the cost', () => {
    const work = refineWork(original({ refine: 'none', steps: 10 }, kept), DEMO, NOW);
    expect(work).toMatchObject({ kind: 'finish', handoverKey: kept.handover.key, width: 128, height: 128, steps: 10, seed: 7 });
    expect(costOf(work)).toBe(8); // 20 % of 10 steps, of 25
  });
  it('raises the finished picture, larger, once the latents are gone or where none were kept', () => {
    for (const picture of [{}, { handover: { ...kept.handover, keptUntil: NOW } }]) {
      const work = refineWork(original({ steps: 5 }, picture), DEMO, NOW);
      expect(work).toMatchObject({ kind: 'refine', width: 192, height: 192, steps: 25, strength: 0.3 });
      expect(costOf(work)).toBe(Math.round(100 * 0.3 * 2.25));
    }
  });
});

describe('🎨', () => {
  it('paints the way the picture was painted, with another seed', () => {
    const work = varyWork(original(), DEMO, 99);
    expect(work).toMatchObject({ kind: 'vary', seed: 99, strength: 0.6, refine: 'ensemble', steps: 25 });
    expect(costOf(work)).toBe(60);
    expect(varyWork(original({ refine: 'none' }), DEMO, 1).refine).toBe('none');
  });
  it('leaves the refiner out when it would have no step', () => expect(varyWork(original({ steps: 4 }), DEMO, 1).refine).toBe('none'));
});

describe('🔍', () => {
  it('doubles what was posted, as far as Discord allows', () => {
    expect(upscaleWork(original(), DEMO)?.scale).toBe(8);
    expect(upscaleWork(original({ model: 'sdxl', width: 1344, height: 768 }), SDXL)?.scale).toBeCloseTo(4096 / 1344);
  });
  it('is not offered for a picture that is as large already', () => {
    expect(upscaleWork(original({ model: 'sdxl' }, { width: 2048, height: 2048 }), SDXL)).toBeUndefined();
  });
  it('of an upscaled picture starts from what that was posted as', () => {
    const first = upscaleWork(original(), DEMO);
    if (!first) throw new Error('nothing to upscale');
    expect(scaleOf(first, DEMO)).toBe(8);
    expect(upscaleWork({ ...original(), row: { job: { ...imagineJob(), work: first } } }, DEMO)?.scale).toBe(16);
    expect(costOf(first)).toBe(10);
  });
});

test('🔁 changes the seed alone, and is nothing where a seed changes nothing', () => {
  const { work } = imagineJob();
  expect(againWork(work, 99)).toEqual({ ...work, seed: 99 });
  expect(againWork(refineWork(original({}, kept), DEMO, NOW), 99)).toBeUndefined();
});

test('what is derived survives the way over the queue, as does whatever is derived from it', () => {
  const first = [refineWork(original({}, kept), DEMO, NOW), refineWork(original(), DEMO, NOW), varyWork(original(), DEMO, 1), upscaleWork(original(), DEMO)];
  for (const work of first) {
    if (!work) throw new Error('nothing');
    const job = { ...imagineJob(), work };
    expect(parseJob(serializeJob(job)).work).toEqual(work);
    const second = varyWork({ ...original(), row: { job } }, DEMO, 2);
    expect(parseJob(serializeJob({ ...job, work: second })).work).toEqual(second);
  }
});

test.each([
  [{ width: 128, height: 128 }, 1.5, { width: 192, height: 192 }],
  [{ width: 168, height: 96 }, 1.5, { width: 256, height: 144 }],
  [{ width: 1344, height: 768 }, 1.5, { width: 2016, height: 1152 }],
  [{ width: 1536, height: 640 }, 1.5, { width: 2048, height: 856 }],
  [{ width: 2048, height: 2048 }, 1.5, { width: 2048, height: 2048 }],
])('%j enlarged by %f is %j', (size, scale, expected) => expect(enlarged(size, scale)).toEqual(expected));
