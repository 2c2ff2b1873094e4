import { array, assert, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CapacityMemory, DEFAULT_CAPACITY, NO_MEMORY, chooseCapacity, withInterruption } from '../../../core/scaling/choose-capacity.ts';

const policy = DEFAULT_CAPACITY;
const { spotPatienceSeconds: patience, spotRestSeconds: rest } = policy;
const MINUTE = 60;

/** One look a minute at what is given for each. */
function look(minutes: readonly { readonly wanted: number; readonly spotRunning: number; readonly machines?: number }[], from: CapacityMemory = NO_MEMORY, start = 0): CapacityMemory {
  return minutes.reduce((memory, { wanted, spotRunning, machines = spotRunning }, minute) => chooseCapacity(policy, wanted, { spotRunning, machines }, memory, start + minute * MINUTE), from);
}
const repeated = <T>(times: number, value: T) => Array.from({ length: times }, () => value);
const minutesOf = (seconds: number) => Math.ceil(seconds / MINUTE);

describe('workers', () => {
  test('run on Spot while it brings machines', () => {
    expect(look([{ wanted: 2, spotRunning: 0 }, { wanted: 2, spotRunning: 0, machines: 1 }, { wanted: 2, spotRunning: 2 }])).toMatchObject({ spot: 2, onDemand: 0 });
    // One that boots has its machine, however long that takes.
    expect(look(repeated(60, { wanted: 1, spotRunning: 0, machines: 1 }))).toMatchObject({ spot: 1, onDemand: 0 });
  });

  test('run on demand when Spot brought none in time, all but those that Spot has', () => {
    const short = { wanted: 3, spotRunning: 1 };
    expect(look(repeated(minutesOf(patience) + 1, short))).toMatchObject({ spot: 3, onDemand: 0 });
    expect(look(repeated(minutesOf(patience) + 2, short))).toMatchObject({ spot: 1, onDemand: 2, failedAt: expect.any(Number) });
  });

  test('wait for Spot anew each time that it brought one', () => {
    const slowly = [...repeated(4, { wanted: 3, spotRunning: 0 }), ...repeated(4, { wanted: 3, spotRunning: 1 }), ...repeated(4, { wanted: 3, spotRunning: 2 })];
    expect(look(slowly)).toMatchObject({ spot: 3, onDemand: 0 });
  });

  test('go back to Spot after its rest; on demand stays until Spot has taken over', () => {
    const failed: CapacityMemory = { wanted: 2, spot: 0, onDemand: 2, spotRunning: 0, failedAt: 0, interruptions: [] };
    expect(look([{ wanted: 2, spotRunning: 0, machines: 2 }], failed, rest - 1)).toMatchObject({ spot: 0, onDemand: 2 });
    const asked = look([{ wanted: 2, spotRunning: 0, machines: 2 }], failed, rest);
    expect(asked).toMatchObject({ spot: 2, onDemand: 2 });
    expect(asked).not.toHaveProperty('failedAt');
    const half = look([{ wanted: 2, spotRunning: 1, machines: 4 }], asked, rest + MINUTE);
    expect(half).toMatchObject({ spot: 2, onDemand: 1 });
    expect(look([{ wanted: 2, spotRunning: 2, machines: 4 }], half, rest + 2 * MINUTE)).toMatchObject({ spot: 2, onDemand: 0 });
  });

  test('run on demand after interruptions, from the one that is too many until Spot had its rest', () => {
    const interrupted = repeated(policy.mostInterruptions, 0).reduce((memory, _, i) => withInterruption(memory, i * MINUTE), look([{ wanted: 2, spotRunning: 2 }]));
    const last = (policy.mostInterruptions - 1) * MINUTE;
    const resting = look([{ wanted: 2, spotRunning: 1 }], interrupted, last);
    expect(resting).toMatchObject({ spot: 1, onDemand: 1 });
    expect(look([{ wanted: 2, spotRunning: 0 }], resting, last + rest - 1)).toMatchObject({ spot: 0, onDemand: 2 });
    expect(look([{ wanted: 2, spotRunning: 0 }], resting, last + rest)).toMatchObject({ spot: 2, interruptions: [] });
  });

  test('are never fewer than wanted, and sleep on both when none is', () => {
    const minute = record({ wanted: nat(4), spotRunning: nat(4), machines: nat(8), notices: nat(1) });
    assert(
      property(array(minute, { maxLength: 80 }), (minutes) => {
        let memory = NO_MEMORY;
        for (const [index, { wanted, spotRunning, machines, notices }] of minutes.entries()) {
          const at = index * MINUTE;
          if (notices > 0) memory = withInterruption(memory, at);
          memory = chooseCapacity(policy, wanted, { spotRunning, machines }, memory, at);
          expect(memory.spot + memory.onDemand).toBeGreaterThanOrEqual(wanted);
          expect(Math.max(memory.spot, memory.onDemand)).toBeLessThanOrEqual(wanted);
        }
      }),
    );
  });
});
