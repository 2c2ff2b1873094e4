import type { Arrival } from './arrival.ts';
import type { Played } from './play.ts';

/** One slot of the chart's time. */
export interface Slot {
  readonly arrivals: number;
  /** The most within the slot. */
  readonly waiting: number;
  readonly running: number;
  readonly machines: number;
}

/** Puts a play into so many equal slots of time. */
export function chartSeries({ jobs, looks }: Pick<Played, 'looks'> & { readonly jobs: readonly Pick<Arrival, 'at'>[] }, slots: number): { readonly slots: readonly Slot[]; readonly seconds: number } {
  const seconds = Math.max(3600, looks.at(-1)?.at ?? 0);
  const slotOf = (at: number) => Math.min(slots - 1, Math.floor((at / seconds) * slots));
  const series = Array.from({ length: slots }, () => ({ arrivals: 0, waiting: 0, running: 0, machines: 0 }));
  for (const { at } of jobs) {
    const slot = series[slotOf(at)];
    if (slot) slot.arrivals += 1;
  }
  for (const { at, waiting, running, machines } of looks) {
    const slot = series[slotOf(at)];
    if (slot) Object.assign(slot, { waiting: Math.max(slot.waiting, waiting), running: Math.max(slot.running, running), machines: Math.max(slot.machines, machines) });
  }
  return { slots: series, seconds };
}
