import { canonicalText, readings } from './canonical-text.ts';
import { type Term, findTerm, termOf } from './find-term.ts';
import { NEVER, NEVER_TOGETHER } from './licence-rules.ts';

/** A server's own words. */
export interface WordLists {
  readonly deny: readonly string[];
  /** Words and phrases in which a denied word is no reason to refuse. */
  readonly allow: readonly string[];
}

/** Why a prompt is refused: by what no server can allow, or by a word of the server's. */
export type WordRule = { readonly by: 'licence' } | { readonly by: 'server'; readonly term: string };

const terms = (words: readonly string[]): readonly Term[] => words.map((word) => termOf(canonicalText(word)));
const never = terms(NEVER);
const neverTogether = NEVER_TOGETHER.map(terms);

/**
 * Looks for denied words in a prompt, whatever their disguise. The negative prompt is not looked at: it names what is to be
 * kept out, and "nude" there is what a server with such a rule hopes for.
 */
export function judgePrompt(prompt: string, { deny, allow }: WordLists): WordRule | undefined {
  const texts = readings(canonicalText(prompt)).map((text) => Array.from(text));
  const isIn = (term: Term) => texts.some((text) => findTerm(text, term));
  if (never.some(isIn) || neverTogether.every((list) => list.some(isIn))) return { by: 'licence' };
  if (deny.length === 0) return undefined;
  const without = texts.map((text) => terms(allow).reduce(blankOut, text));
  const place = terms(deny).findIndex((term) => without.some((text) => findTerm(text, term)));
  const term = deny[place];
  return term === undefined ? undefined : { by: 'server', term };
}

/** Puts a sign that belongs to no word in the place of each occurrence of an allowed phrase. */
function blankOut(text: readonly string[], allowed: Term): readonly string[] {
  const found = findTerm(text, allowed);
  if (!found) return text;
  return [...text.slice(0, found.start), ' ', '\u2026', ' ', ...blankOut(text.slice(found.end), allowed)];
}
