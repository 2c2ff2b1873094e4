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
  /** The day that it is reported under, if it is. */
  readonly date: string | undefined;
  /** Where it is held; `undefined` for a job that was stopped. */
  readonly accounts: readonly Totals[] | undefined;
}

interface PersonSums {
  before: Centicredits;
  after: Centicredits;
  stopped: number;
  firstStoppedAt: number | undefined;
}

/** Plays a whole journal; see {@link JournalReplay}. */
export function replay(entries: Iterable<ReplayEntry>, rules: readonly Rule[], dailyLimit: Centicredits): Replay {
  const playing = new JournalReplay(rules, dailyLimit);
  for (const entry of entries) playing.play(entry);
  return playing.outcome();
}

/**
 * Plays a guild's journal again, entry by entry in its order, as if `rules` had been in force all along: who would have been
 * stopped and what would have been spent. Jobs that were refused then are in no journal, so a more generous rule shows no more
 * jobs. It keeps sums and the jobs that are not over, never the entries: a journal may be of any length.
 */
export class JournalReplay {
  readonly #rules: readonly Rule[];
  readonly #dailyLimit: Centicredits;
  readonly #countFrom: number;
  readonly #calendar = new Calendar();
  readonly #accounts = new Tally<Totals>(() => ({ used: 0, spent: 0, granted: 0 }));
  readonly #people = new Tally<PersonSums>(() => ({ before: 0, after: 0, stopped: 0, firstStoppedAt: undefined }));
  readonly #days = new Tally<{ before: number; after: number }>(() => ({ before: 0, after: 0 }));
  /** Those that are not over. */
  readonly #jobs = new Map<string, ReplayedJob>();
  readonly #roles = new Map<string, readonly string[]>();
  #asked = 0;

  /** @param countFrom epoch ms; jobs asked for earlier fill the accounts of a week or a month that began then, and are not reported */
  constructor(rules: readonly Rule[], dailyLimit: Centicredits, countFrom = 0) {
    this.#rules = rules;
    this.#dailyLimit = dailyLimit;
    this.#countFrom = countFrom;
  }

  play(entry: ReplayEntry): void {
    switch (entry.kind) {
      case 'reserve':
        return this.#reserve(entry);
      case 'settle':
        return this.#settle(entry);
      case 'refund':
        return this.#refund(entry);
      case 'grant':
        return this.#grant(entry);
      case 'reset':
        return this.#reset(entry);
    }
  }

  outcome(): Replay {
    const everyone = this.#people.entries().map(([userId, sums]): PersonReplayed => ({ userId, ...sums }));
    const sum = (of: (person: PersonReplayed) => number) => everyone.reduce((total, person) => total + of(person), 0);
    return {
      jobs: this.#asked,
      stopped: sum(({ stopped }) => stopped),
      before: sum(({ before }) => before),
      after: sum(({ after }) => after),
      people: everyone.toSorted((a, b) => b.stopped - a.stopped || b.before - a.before),
      daily: this.#days.entries().map(([date, sums]) => ({ date, ...sums })).toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    };
  }

  #reserve({ id, userId, amount, at, roleIds, channelIds }: ReplayEntry): void {
    const isCounted = at >= this.#countFrom;
    if (isCounted) this.#asked += 1;
    this.#roles.set(userId, roleIds);
    const own = this.#personalAccount(userId, at);
    const day = this.#calendar.dayOf(at);
    const pots = sharedRules(this.#rules, channelIds).map((rule) => ({ rule, account: this.#accounts.of(`${targetKey(rule.target)} ${day.spans[rule.per]}`) }));
    const fits = [own, ...pots].every(({ rule, account }) => account.used + amount <= rule.credits);
    const drawn = [...PERIODS.map((period) => this.#accounts.of(`${userId} ${day.spans[period]}`)), ...pots.map(({ account }) => account)];
    this.#jobs.set(id, { userId, date: isCounted ? day.date : undefined, accounts: fits ? drawn : undefined });
    if (fits) {
      for (const account of drawn) account.used += amount;
    } else if (isCounted) {
      const person = this.#people.of(userId);
      person.stopped += 1;
      person.firstStoppedAt ??= at;
    }
  }

  #settle({ id, amount }: ReplayEntry): void {
    const job = this.#take(id);
    // Asked for before the journal begins: nothing is known of it.
    if (!job) return;
    for (const sum of job.date === undefined ? [] : [this.#people.of(job.userId), this.#days.of(job.date)]) {
      sum.before += amount;
      if (job.accounts) sum.after += amount;
    }
    for (const account of job.accounts ?? []) account.spent += amount;
  }

  #refund({ id, amount }: ReplayEntry): void {
    for (const account of this.#take(id)?.accounts ?? []) account.used -= amount;
  }

  #grant({ userId, amount, at }: ReplayEntry): void {
    const { account } = this.#personalAccount(userId, at);
    account.used -= amount;
    account.granted += amount;
  }

  #reset({ userId, at }: ReplayEntry): void {
    const { account } = this.#personalAccount(userId, at);
    account.used -= account.spent - account.granted;
    account.granted = account.spent;
  }

  #personalAccount(userId: string, at: number) {
    const rule = personalRule(this.#rules, { userId, roleIds: this.#roles.get(userId) ?? [] }, this.#dailyLimit);
    return { rule, account: this.#accounts.of(`${userId} ${this.#calendar.dayOf(at).spans[rule.per]}`) };
  }

  #take(id: string): ReplayedJob | undefined {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    return job;
  }
}

/** Calendars are slow, and days are few. */
class Calendar {
  readonly #days = new Map<number, Day>();

  dayOf(at: number): Day {
    const number = Math.floor(at / DAY_MS);
    const day = this.#days.get(number) ?? { date: dateOf(at), spans: { day: spanOf('day', at).key, week: spanOf('week', at).key, month: spanOf('month', at).key } };
    this.#days.set(number, day);
    return day;
  }
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
