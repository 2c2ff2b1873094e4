import type { Centicredits } from '../credits.ts';
import { type Balance, balanceOf, readPurse } from './account.ts';
import type { Totals } from './account-row.ts';
import { type Changer, putChange } from './audit.ts';
import { type LedgerContext, type TransactItem, transact } from './ledger-context.ts';
import { type Movement, putEntries, updateTotals } from './movement.ts';

/** What an admin does to a person's account of the present span. */
export type Adjustment =
  /** Extra credits (hundredths), gone with the span. */
  | { readonly kind: 'grant'; readonly amount: Centicredits; readonly reason: string | null }
  /** As at the start of the span: what was spent is forgiven and unused grants end; what is held stays held. */
  | { readonly kind: 'reset'; readonly reason: string | null };

export type Adjusted =
  | { readonly kind: 'adjusted'; readonly before: Balance; readonly after: Balance }
  | { readonly kind: 'nothing-to-do'; readonly balance: Balance }
  /** The same interaction did it before. */
  | { readonly kind: 'done-before'; readonly balance: Balance };

const MAX_TRIES = 6;

/** Adjusts an account and writes who did: both or neither. Jobs may move it meanwhile; what they move is kept. */
export async function adjust(
  context: LedgerContext,
  changer: Changer,
  member: { readonly userId: string; readonly roleIds?: readonly string[] | undefined },
  adjustment: Adjustment,
): Promise<Adjusted> {
  const { guildId } = changer;
  for (let attempt = 1; ; attempt += 1) {
    const { account, totals } = await readPurse(context, { userId: member.userId, guildId }, context.now(), member.roleIds);
    const before = balanceOf(account, totals);
    const amount = adjustment.kind === 'grant' ? adjustment.amount : totals.spent - totals.granted;
    if (amount === 0) return { kind: 'nothing-to-do', balance: before };
    const after = balanceOf(account, { ...totals, used: totals.used - amount, granted: totals.granted + amount });
    const movement: Movement = { kind: adjustment.kind, id: changer.interactionId, userId: member.userId, guildId, amount, accounts: [account.key] };
    const told = { kind: adjustment.kind, userId: member.userId, amount, before: purse(before), after: purse(after), reason: adjustment.reason };
    const cancelled = await transact(context, [
      asRead(updateTotals(context, account.key, movement), totals),
      putChange(context, changer, told),
      ...putEntries(context, movement),
    ]);
    if (!cancelled) return { kind: 'adjusted', before, after };
    if (cancelled.failedConditions.has(1)) return { kind: 'done-before', balance: before };
    if (attempt === MAX_TRIES) throw new Error('an account moved under every attempt to adjust it: try again');
  }
}

/** The write, only while the account is what `before` says: the audit must tell it as it was, and a reset forgive all of it. */
function asRead({ Update }: TransactItem, totals: Totals): TransactItem {
  if (!Update) throw new Error('an adjustment updates an account');
  const names = ['used', 'spent', 'granted'] as const;
  return {
    Update: {
      ...Update,
      ConditionExpression: names.map((name) => (totals[name] === 0 ? `(attribute_not_exists(#${name}) OR #${name} = :was_${name})` : `#${name} = :was_${name}`)).join(' AND '),
      ExpressionAttributeNames: { ...Update.ExpressionAttributeNames, ...Object.fromEntries(names.map((name) => [`#${name}`, name])) },
      ExpressionAttributeValues: { ...Update.ExpressionAttributeValues, ...Object.fromEntries(names.map((name) => [`:was_${name}`, totals[name]])) },
    },
  };
}

function purse({ limit, left }: Balance): { limit: Centicredits; left: Centicredits } {
  return { limit, left };
}
