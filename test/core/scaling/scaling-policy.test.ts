import { array, assert, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Load, type Need, type ScalingPolicy, decideTasks } from '../../../core/scaling/scaling-policy.ts';

const policy: ScalingPolicy = { mostTasks: 4, targetSeconds: 300, shrinkAfterSeconds: 300, sleepAfterSeconds: 600 };
const nothing: Load = { waitingJobs: 0, waitingSeconds: 0, jobsInHand: 0, tasks: 0 };
const idle = (minutes: number): readonly Load[] => Array.from({ length: minutes }, () => nothing);
const waiting = (jobs: number, seconds: number, tasks = 0): Load => ({ ...nothing, waitingJobs: jobs, waitingSeconds: seconds, tasks });

/** The decisions of every minute, one load a minute. */
function play(loads: readonly Omit<Load, 'tasks'>[], start: readonly Need[] = []): readonly number[] {
  let needs = start;
  let tasks = 0;
  return loads.map((load, minute) => {
    ({ tasks, needs } = decideTasks(policy, { ...load, tasks }, needs, minute * 60));
    return tasks;
  });
}

describe('tasks', () => {
  test('stay at none while there is nothing to do', () => {
    expect(decideTasks(policy, nothing, [], 0).tasks).toBe(0);
  });

  test('begin with one for the first job, however small', () => {
    expect(decideTasks(policy, waiting(1, 0.1), [], 0).tasks).toBe(1);
  });

  test('are as many as bring the waiting work of each down to the target', () => {
    expect([300, 301, 899, 901].map((seconds) => decideTasks(policy, waiting(90, seconds), [], 0).tasks)).toEqual([1, 2, 3, 4]);
  });

  test('never exceed the most, nor the jobs there are', () => {
    expect(decideTasks(policy, waiting(5000, 100_000), [], 0).tasks).toBe(4);
    expect(decideTasks(policy, waiting(2, 100_000), [], 0).tasks).toBe(2);
  });

  test('shrink to one five minutes after more were needed, and to none ten minutes after the last job', () => {
    const busy = { ...nothing, waitingJobs: 60, waitingSeconds: 1200 };
    expect(play([busy, ...idle(12)])).toEqual([4, 4, 4, 4, 4, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  test('come back at once when there is more to do', () => {
    const busy = { ...nothing, waitingJobs: 60, waitingSeconds: 1200 };
    expect(play([busy, ...idle(6), busy]).at(-1)).toBe(4);
  });

  test('are not taken from a job in hand, not even when the most was lowered', () => {
    expect(decideTasks({ ...policy, mostTasks: 1 }, { ...nothing, jobsInHand: 3, tasks: 3 }, [], 0).tasks).toBe(3);
    // Messages that a killed worker still hides are in nobody's hand.
    expect(decideTasks({ ...policy, mostTasks: 1 }, { ...nothing, jobsInHand: 3, tasks: 0 }, [], 0).tasks).toBe(1);
  });

  test('are, whatever comes, within their bounds; none only after ten idle minutes; and what is remembered stays small', () => {
    const load = record({ waitingJobs: nat(500), waitingSeconds: nat(20_000), jobsInHand: nat(4) });
    assert(
      property(array(load, { maxLength: 60 }), (loads) => {
        let needs: readonly Need[] = [];
        let tasks = 0;
        let lastBusy = -Infinity;
        for (const [minute, now] of loads.entries()) {
          const at = minute * 60;
          const before = tasks;
          ({ tasks, needs } = decideTasks(policy, { ...now, tasks }, needs, at));
          if (now.waitingJobs + now.jobsInHand > 0) lastBusy = at;
          expect(tasks).toBeGreaterThanOrEqual(Math.min(before, now.jobsInHand));
          expect(tasks).toBeLessThanOrEqual(policy.mostTasks);
          expect(tasks === 0).toBe(at - lastBusy >= policy.sleepAfterSeconds);
          expect(needs.length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
