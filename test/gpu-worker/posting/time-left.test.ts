import { describe, expect, it } from 'vitest';
import { fractionDone, trackTimeLeft } from '../../../gpu-worker/posting/time-left.ts';
import { imagineJob } from '../../core/example-jobs.ts';

const { work } = imagineJob();

describe('the time left', () => {
  it('follows from the steps made so far, the refiner’s to come included', () => {
    let now = 0;
    const left = trackTimeLeft(work, () => now);
    expect(left({ stage: 'loading' })).toBeUndefined();
    expect(left({ stage: 'base', step: 1, steps: 20 })).toBeUndefined();
    now = 9000; // one second a step; 15 of 25 are left
    expect(left({ stage: 'base', step: 10, steps: 20 })).toBeCloseTo(15);
    now = 22_000;
    expect(left({ stage: 'refiner', step: 3, steps: 5 })).toBeCloseTo(2);
  });

  it('counts pictures that are painted one after the other', () => {
    const two = imagineJob({ work: { count: 2 } }).work;
    expect(fractionDone(two, { stage: 'base', step: 20, steps: 40 })).toBeCloseTo(0.4);
    expect(fractionDone(two, { stage: 'refiner', step: 5, steps: 10 })).toBeCloseTo(0.5);
    expect(fractionDone(two, { stage: 'base', step: 21, steps: 40 })).toBeCloseTo(0.52);
    expect(fractionDone(two, { stage: 'refiner', step: 10, steps: 10 })).toBeCloseTo(1);
  });
});
