/** A bracket at a place in a text: one that opens a group, or one that closes it and says what the group's weight is multiplied with. */
export type Bracket =
  | { readonly at: number; readonly opens: '(' | '[' }
  | { readonly at: number; readonly closes: '(' | '['; readonly factor: number };

/**
 * Finds each bracket's partner, from left to right: a closing bracket takes the nearest open one of its kind, and what stands
 * open between the two stays alone. Returns the group's factor by the places of both brackets; a bracket alone has none.
 */
export function pairBrackets(brackets: readonly Bracket[]): ReadonlyMap<number, number> {
  const factors = new Map<number, number>();
  const open: { readonly at: number; readonly kind: '(' | '[' }[] = [];
  const waiting = { '(': 0, '[': 0 };
  for (const bracket of brackets) {
    if ('opens' in bracket) {
      open.push({ at: bracket.at, kind: bracket.opens });
      waiting[bracket.opens]++;
      continue;
    }
    while (waiting[bracket.closes] > 0) {
      const inner = open.pop();
      if (inner === undefined) break;
      waiting[inner.kind]--;
      if (inner.kind !== bracket.closes) continue;
      factors.set(inner.at, bracket.factor);
      factors.set(bracket.at, bracket.factor);
      break;
    }
  }
  return factors;
}
