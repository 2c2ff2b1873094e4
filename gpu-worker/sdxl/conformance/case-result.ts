/** How one recorded case came out. `error`: the largest difference, where numbers were compared. */
export type CaseResult =
  | { readonly outcome: 'passed'; readonly id: string; readonly error?: number }
  | { readonly outcome: 'failed'; readonly id: string; readonly error?: number; readonly why: string }
  | { readonly outcome: 'skipped'; readonly id: string; readonly why: string };

/** Something compared within a case. */
export interface Comparison {
  readonly what: string;
  readonly error: number;
  readonly tolerance: number;
  /** Bytes of pictures are judged, but do not count as a case's largest error: that is one of float32 numbers. */
  readonly in?: 'bytes';
}

/** Passed when every comparison is within its tolerance; a NaN never is. */
export function judge(id: string, comparisons: readonly Comparison[]): CaseResult {
  const numbers = comparisons.filter((comparison) => comparison.in !== 'bytes');
  const error = numbers.reduce((largest, comparison) => (largest >= comparison.error ? largest : comparison.error), 0);
  const wrong = comparisons.filter((comparison) => !(comparison.error <= comparison.tolerance));
  if (wrong.length === 0) return { outcome: 'passed', id, error };
  const why = wrong.map(({ what, error: e, tolerance }) => `${what} is off by ${e.toExponential(1)} (allowed ${tolerance.toExponential(0)})`).join('; ');
  return { outcome: 'failed', id, error, why };
}

/** Runs one case; what it throws is a failure, or the reason it was skipped. */
export async function runCase(id: string, run: () => Promise<readonly Comparison[]> | readonly Comparison[]): Promise<CaseResult> {
  try {
    return judge(id, await run());
  } catch (error) {
    if (error instanceof NotYet) return { outcome: 'skipped', id, why: error.message };
    return { outcome: 'failed', id, why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** The engine does not do this (yet): the case is skipped and says why. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
