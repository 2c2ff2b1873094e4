/** What a check found: all well, not well with what to do about it, or nothing to look at yet. */
export type Verdict =
  | { readonly kind: 'well'; readonly says: string }
  | { readonly kind: 'ill'; readonly says: string; readonly mend: string }
  | { readonly kind: 'absent'; readonly says: string; readonly mend: string };

export interface Check {
  readonly name: string;
  readonly look: () => Promise<Verdict>;
}

export const well = (says: string): Verdict => ({ kind: 'well', says });
export const ill = (says: string, mend: string): Verdict => ({ kind: 'ill', says, mend });
export const absent = (says: string, mend: string): Verdict => ({ kind: 'absent', says, mend });
