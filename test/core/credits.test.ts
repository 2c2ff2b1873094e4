import { describe, expect, it } from 'vitest';
import { ASPECTS, isAspect, sizeFor } from '../../core/aspect.ts';
import { costOf, formatCredits } from '../../core/credits.ts';
import { paintingOf } from '../../core/job.ts';
import { DEMO, SDXL } from '../../core/model.ts';
import { megapixelSteps } from '../../core/workforce/megapixel-steps.ts';
import { imagineJob } from './example-jobs.ts';

describe('the cost of a job', () => {
  it('is one credit for one picture at the model’s own size and steps', () => {
    expect(costOf(imagineJob().work)).toBe(100);
    expect(costOf(imagineJob({ work: { model: 'sdxl', width: 1024, height: 1024, steps: 30 } }).work)).toBe(100);
  });

  it('grows with pixels, steps and the number of pictures', () => {
    expect(costOf(imagineJob({ work: { count: 4 } }).work)).toBe(400);
    expect(costOf(imagineJob({ work: { steps: 50 } }).work)).toBe(200);
    expect(costOf(imagineJob({ work: { width: 256, height: 128 } }).work)).toBe(200);
  });

  it('counts the enlarged refiner pass of a two-stage picture', () => {
    // 30 % of the steps at 1.5 × 1.5 the pixels come on top.
    expect(costOf(imagineJob({ work: { refine: 'two-stage' } }).work)).toBe(100 + Math.round(100 * 0.3 * 2.25));
  });

  it('is one credit likewise for a model of the operator’s, at the size and steps that they say, also for what is made of its pictures', () => {
    const native = { edge: 512, steps: 4 };
    const { work } = imagineJob({ work: { model: 'dreamy', width: 512, height: 512, steps: 4, native } });
    expect(costOf(work)).toBe(100);
    expect(costOf({ ...work, width: 1024, steps: 8 })).toBe(400);
    expect(paintingOf(work).native).toEqual(native);
    expect(megapixelSteps(work), 'what it paints is what it paints').toBeCloseTo((512 ** 2 * 4) / 1e6, 5);
  });

  it('is never nothing', () => {
    expect(costOf(imagineJob({ work: { width: 64, height: 64, steps: 1, model: 'sdxl' } }).work)).toBe(1);
  });

  it('is shown without needless zeros', () => {
    expect([100, 150, 7, 2000].map(formatCredits)).toEqual(['1', '1.5', '0.07', '20']);
  });
});

describe('an aspect', () => {
  it('is SDXL’s own bucket at SDXL’s scale, and the same shape at the demo’s', () => {
    expect(sizeFor('wide', SDXL)).toEqual({ width: 1344, height: 768 });
    expect(sizeFor('wide', DEMO)).toEqual({ width: 168, height: 96 });
  });

  it('is always a whole number of latents', () => {
    for (const name of Object.keys(ASPECTS).filter(isAspect)) {
      for (const model of [SDXL, DEMO]) {
        const { width, height } = sizeFor(name, model);
        expect([width % 8, height % 8]).toEqual([0, 0]);
      }
    }
  });

  it('is looked up by its own names only', () => {
    expect(isAspect('toString')).toBe(false);
  });
});
