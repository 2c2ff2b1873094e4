/** Rounds as Python and numpy do: a half goes to the even neighbour (2.5 → 2, 3.5 → 4). */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
