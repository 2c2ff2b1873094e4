import { type Balance, balanceOf, readPurse, sharedAccounts } from './account.ts';
import { type Entry, readEntries } from './entries.ts';
import type { LedgerContext } from './ledger-context.ts';
import { readAccounts } from './read-accounts.ts';

/** All that there is to say of a person's credits in a guild, seen from one channel. */
export interface Standing {
  readonly own: Balance;
  /** The pots that a job here would draw from too. */
  readonly shared: readonly Balance[];
  /** Newest first. */
  readonly entries: readonly Entry[];
}

/** Two for each of some eight jobs. */
const READ_ENTRIES = 16;

export async function readStanding(
  context: LedgerContext,
  member: { readonly userId: string; readonly guildId: string | null; readonly roleIds?: readonly string[] | undefined },
  channelIds: readonly string[],
): Promise<Standing> {
  const at = context.now();
  const [{ rules, account, totals }, entries] = await Promise.all([
    readPurse(context, member, at, member.roleIds),
    readEntries(context, member.userId, member.guildId, READ_ENTRIES),
  ]);
  const pots = sharedAccounts(rules, member.guildId, channelIds, at);
  const sums = pots.length === 0 ? [] : await readAccounts(context, pots.map(({ key }) => key));
  const shared = pots.map((pot, index) => balanceOf(pot, sums[index] ?? { used: 0, spent: 0, granted: 0 }));
  return { own: balanceOf(account, totals), shared, entries };
}
