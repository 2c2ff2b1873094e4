import { type Replay, replay, withRule } from '../quota/replay.ts';
import type { Rule } from '../quota/rule.ts';
import { readJournal } from './entries.ts';
import type { LedgerContext } from './ledger-context.ts';
import { readRules } from './rules.ts';

/** A replay of a guild's last `days` days, today included; fewer than asked for where the journal was too long. */
export interface Simulation extends Replay {
  readonly days: number;
  /** Epoch milliseconds; midnight UTC. */
  readonly from: number;
}

export interface Window {
  readonly days: number;
  /** Entries beyond these are left out, a whole day at a time, the oldest first. */
  readonly mostEntries: number;
}

/** Replays the journal under the guild's rules with one of them proposed anew. Nothing is written. */
export async function simulate(context: LedgerContext, guildId: string, proposed: Rule, { days, mostEntries }: Window): Promise<Simulation> {
  const [rules, journal] = await Promise.all([readRules(context, guildId), readJournal(context, guildId, days, mostEntries)]);
  return { ...replay(journal.entries, withRule(rules, proposed), context.dailyLimit), days: journal.days, from: journal.from };
}
