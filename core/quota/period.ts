/** The spans that quotas run for. All of them begin at midnight UTC, so that everybody's credits come back at one moment. */
export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** One day, one ISO week (from Monday) or one calendar month. */
export interface Span {
  /** Sort key of the accounts that run for it: `day#2026-11-23`, `week#2026-11-23` (its Monday), `month#2026-11`. */
  readonly key: string;
  /** Epoch milliseconds; the span ends just before `endsAt`. */
  readonly startsAt: number;
  readonly endsAt: number;
}

export const DAY_MS = 24 * 3600 * 1000;
/** 1970-01-01 was a Thursday, the fourth day of its week. */
const DAYS_BEFORE_EPOCH_IN_ITS_WEEK = 3;

/** The span of that length which a moment (epoch ms) falls in. */
export function spanOf(period: Period, at: number): Span {
  switch (period) {
    case 'day':
      return daysFrom('day', Math.floor(at / DAY_MS), 1);
    case 'week': {
      const day = Math.floor(at / DAY_MS);
      return daysFrom('week', day - ((day + DAYS_BEFORE_EPOCH_IN_ITS_WEEK) % 7), 7);
    }
    case 'month': {
      const date = new Date(at);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { key: `month#${dateOf(at).slice(0, 7)}`, startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
    }
  }
}

function daysFrom(period: Period, firstDay: number, days: number): Span {
  const startsAt = firstDay * DAY_MS;
  return { key: `${period}#${dateOf(startsAt)}`, startsAt, endsAt: startsAt + days * DAY_MS };
}

/** `2026-11-23`: the date of a moment (epoch ms), UTC. */
export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
