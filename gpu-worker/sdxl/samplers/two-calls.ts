import type { Memory } from './memory.ts';

/** Each entry but the first twice: what a step's second call and the next step's first call look at is the same. */
export function firstAndTwice<T>(entries: readonly T[]): T[] {
  return entries.flatMap((entry, i) => (i === 0 ? [entry] : [entry, entry]));
}

/** What the step's first call kept. */
export function mustRecall(memory: Memory, name: string): Float32Array {
  const values = memory.recall(name);
  if (!values) throw new RangeError(`the first half of this step was never run: there is no ${name} to go on from`);
  return values;
}
