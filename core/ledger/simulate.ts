import { DAY_MS, spanOf } from '../quota/period.ts';
import { JournalReplay, type Replay, withRule } from '../quota/replay.ts';
import type { Rule } from '../quota/rule.ts';
import { readJournalDays } from './entries.ts';
import type { LedgerContext } from './ledger-context.ts';
import { readRules } from './rules.ts';

/** A replay of a guild's last days, today included. */
export interface Simulation extends Replay {
  /** Whole days that were replayed: fewer than asked for where time ran out, the latest left out. */
  readonly days: number;
  /** Epoch milliseconds; midnight UTC. */
  readonly from: number;
}

export interface Window {
  readonly days: number;
  /** Ends the reading early, after the day in hand. */
  readonly signal?: AbortSignal;
}

/**
 * Replays the journal under the guild's rules with one of them proposed anew. Nothing is written. The days are read one after
 * the other and forgotten again, from the beginning of the week or month in which the first of them lies where a rule counts by it.
 */
export async function simulate(context: LedgerContext, guildId: string, proposed: Rule, { days, signal }: Window): Promise<Simulation> {
  const rules = withRule(await readRules(context, guildId), proposed);
  const from = spanOf('day', context.now()).startsAt - (days - 1) * DAY_MS;
  const readFrom = Math.min(from, ...rules.map(({ per }) => spanOf(per, from).startsAt));
  const replay = new JournalReplay(rules, context.dailyLimit, from);
  let played = 0;
  for await (const { start, entries } of readJournalDays(context, guildId, { from: readFrom, to: from + (days - 1) * DAY_MS })) {
    for (const entry of entries) replay.play(entry);
    if (start >= from) played += 1;
    if (signal?.aborted && played > 0) break;
  }
  return { ...replay.outcome(), days: played, from };
}
