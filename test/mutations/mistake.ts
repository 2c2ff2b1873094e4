/** Tests that ought to notice a mistake: a file below `test/gpu-worker/sdxl/`, and which of its tests (a regular expression). */
export interface Catcher {
  readonly file: string;
  readonly tests?: string;
}

/** A deliberate slip of one line. */
export interface Mistake {
  /** What is wrong, as one would say it in a review. */
  readonly what: string;
  /** Below `gpu-worker/sdxl/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly right: string;
  readonly wrong: string;
  /** Tried in turn until one notices. */
  readonly catchers: readonly Catcher[];
}

/** Makes the mistake. Throws an Error when the line is no longer there, or there more than once. */
export function makeMistake({ file, right, wrong }: Mistake, source: string): string {
  const places = source.split(right).length - 1;
  if (places !== 1) throw new Error(`gpu-worker/sdxl/${file} has ${places} places with "${right}": mend test/mutations/mistakes.ts`);
  return source.replace(right, () => wrong);
}
