import type { Centicredits } from '../credits.ts';
import { personalRule, sharedRules } from './choose-rule.ts';
import { DAY_MS, PERIODS, type Period, dateOf, spanOf } from './period.ts';
import { type Rule, targetKey } from './rule.ts';

/** One entry of a guild's journal; `roleIds` and `channelIds` count for reservations. */
export interface ReplayEntry {
  readonly kind: 'reserve' | 'settle' | 'refund' | 'grant' | 'reset';
  readonly id: string;
  readonly userId: string;
  readonly amount: Centicredits;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly roleIds: readonly string[];
  readonly channelIds: readonly string[];
}

/** What became of one person. Credits are those of posted pictures. */
export interface PersonReplayed {
  readonly userId: string;
  readonly before: Centicredits;
  readonly after: Centicredits;
  /** Jobs that would not have been admitted, and when the first of them was asked for (epoch ms). */
  readonly stopped: number;
  readonly firstStoppedAt: number | undefined;
}

export interface DayReplayed {
  /** `2026-11-23`, of the asking. */
  readonly date: string;
  readonly before: Centicredits;
  readonly after: Centicredits;
}

export interface Replay {
  readonly jobs: number;
  readonly stopped: number;
  readonly before: Centicredits;
  readonly after: Centicredits;
  /** Those most often stopped first. */
  readonly people: readonly PersonReplayed[];
  /** Days on which anything was posted, in order. */
  readonly daily: readonly DayReplayed[];
}

interface Totals {
  used: Centicredits;
  spent: Centicredits;
  granted: Centicredits;
}

interface Day {
  readonly date: string;
  /** Keys of the spans that it lies in. */
  readonly spans: Readonly<Record<Period, string>>;
}

interface ReplayedJob {
  readonly userId: string;
  readonly date: string;
  /** Where it is held; `undefined` for a job that was stopped. */
  readonly accounts: readonly Totals[] | undefined;
}

/**
 * Plays a guild's journal again, in its order, as if `rules` had been in force all along: who would have been stopped and
 * what would have been spent. Jobs that were refused then are in no journal, so a more generous rule shows no more jobs.
 */
export function replay(entries: readonly ReplayEntry[], rules: readonly Rule[], dailyLimit: Centicredits): Replay {
  const accounts = new Tally<Totals>(() => ({ used: 0, spent: 0, granted: 0 }));
  const people = new Tally<{ before: number; after: number; stopped: number; firstStoppedAt: number | undefined }>(() => ({ before: 0, after: 0, stopped: 0, firstStoppedAt: undefined }));
  const days = new Tally<{ before: number; after: number }>(() => ({ before: 0, after: 0 }));
  const jobs = new Map<string, ReplayedJob>();
  const roles = new Map<string, readonly string[]>();
  let asked = 0;
  // Calendars are slow, and days are few.
  const calendar = new Map<number, Day>();
  const dayOf = (at: number): Day => {
    const number = Math.floor(at / DAY_MS);
    const day = calendar.get(number) ?? { date: dateOf(at), spans: { day: spanOf('day', at).key, week: spanOf('week', at).key, month: spanOf('month', at).key } };
    calendar.set(number, day);
    return day;
  };

  const personalAccount = (userId: string, at: number) => {
    const rule = personalRule(rules, { userId, roleIds: roles.get(userId) ?? [] }, dailyLimit);
    return { rule, account: accounts.of(`${userId} ${dayOf(at).spans[rule.per]}`) };
  };

  const play: Readonly<Record<ReplayEntry['kind'], (entry: ReplayEntry) => void>> = {
    reserve({ id, userId, amount, at, roleIds, channelIds }) {
      asked += 1;
      roles.set(userId, roleIds);
      const own = personalAccount(userId, at);
      const pots = sharedRules(rules, channelIds).map((rule) => ({ rule, account: accounts.of(`${targetKey(rule.target)} ${dayOf(at).spans[rule.per]}`) }));
      const fits = [own, ...pots].every(({ rule, account }) => account.used + amount <= rule.credits);
      const drawn = [...PERIODS.map((period) => accounts.of(`${userId} ${dayOf(at).spans[period]}`)), ...pots.map(({ account }) => account)];
      jobs.set(id, { userId, date: dayOf(at).date, accounts: fits ? drawn : undefined });
      if (fits) {
        for (const account of drawn) account.used += amount;
        return;
      }
      const person = people.of(userId);
      person.stopped += 1;
      person.firstStoppedAt ??= at;
    },
    settle({ id, amount }) {
      const job = jobs.get(id);
      // Asked for before the journal begins: nothing is known of it.
      if (!job) return;
      for (const sum of [people.of(job.userId), days.of(job.date)]) {
        sum.before += amount;
        if (job.accounts) sum.after += amount;
      }
      for (const account of job.accounts ?? []) account.spent += amount;
    },
    refund({ id, amount }) {
      for (const account of jobs.get(id)?.accounts ?? []) account.used -= amount;
    },
    grant({ userId, amount, at }) {
      const { account } = personalAccount(userId, at);
      account.used -= amount;
      account.granted += amount;
    },
    reset({ userId, at }) {
      const { account } = personalAccount(userId, at);
      account.used -= account.spent - account.granted;
      account.granted = account.spent;
    },
  };
  for (const entry of entries) play[entry.kind](entry);

  const everyone = people.entries().map(([userId, sums]): PersonReplayed => ({ userId, ...sums }));
  const sum = (of: (person: PersonReplayed) => number) => everyone.reduce((total, person) => total + of(person), 0);
  return {
    jobs: asked,
    stopped: sum(({ stopped }) => stopped),
    before: sum(({ before }) => before),
    after: sum(({ after }) => after),
    people: everyone.toSorted((a, b) => b.stopped - a.stopped || b.before - a.before),
    daily: days.entries().map(([date, sums]) => ({ date, ...sums })).toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

/** A map that makes what it lacks. */
class Tally<T> {
  readonly #values = new Map<string, T>();
  constructor(readonly empty: () => T) {}

  of(key: string): T {
    const found = this.#values.get(key);
    if (found !== undefined) return found;
    const made = this.empty();
    this.#values.set(key, made);
    return made;
  }

  entries(): readonly (readonly [string, T])[] {
    return [...this.#values];
  }
}

/** The rules with one of them proposed anew. */
export function withRule(rules: readonly Rule[], proposed: Rule): readonly Rule[] {
  return [...rules.filter(({ target }) => targetKey(target) !== targetKey(proposed.target)), proposed];
}
