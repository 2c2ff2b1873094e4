import { describe, expect, it } from 'vitest';
import { spanOf } from '../../../core/quota/period.ts';

const span = (per: 'day' | 'week' | 'month', at: string) => {
  const { key, startsAt, endsAt } = spanOf(per, Date.parse(at));
  return [key, new Date(startsAt).toISOString(), new Date(endsAt).toISOString()];
};

describe('a span', () => {
  it.each([
    ['day', '2026-11-23T00:00:00Z', 'day#2026-11-23', '2026-11-23', '2026-11-24'],
    ['day', '2026-11-23T23:59:59.999Z', 'day#2026-11-23', '2026-11-23', '2026-11-24'],
    ['day', '2028-02-29T12:00:00Z', 'day#2028-02-29', '2028-02-29', '2028-03-01'],
    // 2026-11-23 is a Monday.
    ['week', '2026-11-22T23:59:59.999Z', 'week#2026-11-16', '2026-11-16', '2026-11-23'],
    ['week', '2026-11-23T00:00:00Z', 'week#2026-11-23', '2026-11-23', '2026-11-30'],
    // The ISO week 2026-W53 runs into the next year.
    ['week', '2026-12-31T12:00:00Z', 'week#2026-12-28', '2026-12-28', '2027-01-04'],
    ['week', '2027-01-03T23:59:59Z', 'week#2026-12-28', '2026-12-28', '2027-01-04'],
    ['week', '1970-01-01T00:00:00Z', 'week#1969-12-29', '1969-12-29', '1970-01-05'],
    ['month', '2026-12-31T23:59:59.999Z', 'month#2026-12', '2026-12-01', '2027-01-01'],
    ['month', '2027-01-01T00:00:00Z', 'month#2027-01', '2027-01-01', '2027-02-01'],
    ['month', '2028-02-29T12:00:00Z', 'month#2028-02', '2028-02-01', '2028-03-01'],
  ] as const)('of a %s at %s is %s', (per, at, key, from, to) => {
    expect(span(per, at)).toEqual([key, `${from}T00:00:00.000Z`, `${to}T00:00:00.000Z`]);
  });

  it('follows the one before without a gap', () => {
    for (const per of ['day', 'week', 'month'] as const) {
      let at = Date.parse('2027-12-20T10:00:00Z');
      for (let i = 0; i < 20; i += 1) {
        const { endsAt } = spanOf(per, at);
        expect(spanOf(per, endsAt).startsAt).toBe(endsAt);
        expect(spanOf(per, endsAt - 1).key).toBe(spanOf(per, at).key);
        at = endsAt;
      }
    }
  });
});
