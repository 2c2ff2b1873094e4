/** What a storm found out: figures to read, and promises of the product that did not hold. */
export interface Aftermath {
  readonly figures: readonly (readonly [what: string, value: string])[];
  /** One sentence each; empty when every promise was kept. */
  readonly broken: readonly string[];
  /** Rows of a table of its own, its head first. */
  readonly table?: readonly (readonly string[])[];
}

/** How a storm is raised. */
export interface StormOptions {
  readonly seed: number;
  /** Progress, a line at a time. */
  readonly say: (line: string) => void;
}

/** Collects sentences about promises that were not kept. */
export function startComplaints() {
  const broken: string[] = [];
  return {
    broken,
    expect: (holds: boolean, otherwise: string) => {
      if (!holds) broken.push(otherwise);
    },
  };
}
