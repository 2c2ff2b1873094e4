import { readsAs } from './confusables.ts';

/** Equal letters of a term in a row, as `o` twice in "boot". */
interface Run {
  readonly letter: string;
  readonly times: number;
  /** Another word of the term begins here. */
  readonly beginsWord: boolean;
}

/** A term, canonical, ready to be looked for. */
export interface Term {
  readonly text: string;
  readonly runs: readonly Run[];
}

/** Letters three times and more in a row are stretched: `looong` is read as `long`; `boob` is not read as `bob`. */
const STRETCHED = 3;

/** @param text canonical; words kept apart by blanks */
export function termOf(text: string): Term {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const runs = words.flatMap((word, w) =>
    (word.match(/(.)\1*/gu) ?? []).map((run, r): Run => ({ letter: Array.from(run)[0] ?? '', times: Array.from(run).length, beginsWord: w > 0 && r === 0 })),
  );
  return { text: words.join(' '), runs };
}

/** Where a term was found, in characters of the text. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** How far a match has come. */
interface Place {
  readonly run: number;
  /** How often the run's letter was seen, counted no further than matters. */
  readonly seen: number;
  readonly start: number;
  readonly hasLetter: boolean;
}

/**
 * Finds a term as a word, or words, of its own: never inside a longer one. Signs between its letters, stretched letters and
 * leetspeak do not hide it. All ways to match are followed side by side in one pass, so no text can make it slow.
 * @param characters of canonical text
 */
export function findTerm(characters: readonly string[], { text, runs }: Term): Found | undefined {
  const last = runs.length - 1;
  if (last < 0) return undefined;
  // Of a word, something must be letters (455 is a number); and a number must not be part of a longer one.
  const mustHaveLetter = /\p{L}/u.test(text);
  const isInside = (next: string | undefined) => next !== undefined && (mustHaveLetter ? /\p{L}/u : /[\p{L}\p{N}]/u).test(next);
  let places: readonly Place[] = [];
  for (const [at, character] of characters.entries()) {
    const begun = isInside(characters[at - 1]) ? places : [...places, { run: 0, seen: 0, start: at, hasLetter: false }];
    const next = new Map<number, Place>();
    for (const place of begun) for (const reached of step(place, character, runs)) keepFirst(next, reached);
    places = [...next.values()];
    const whole = places.find(({ run, seen, hasLetter }) => run === last && isComplete(runs[run], seen) && (hasLetter || !mustHaveLetter));
    if (whole && !isInside(characters[at + 1])) return { start: whole.start, end: at + 1 };
  }
  return undefined;
}

/** Ways that have come equally far go on alike: the one that began first is enough. */
function keepFirst(places: Map<number, Place>, place: Place): void {
  const key = (place.run * 1000 + place.seen) * 2 + Number(place.hasLetter);
  if (!places.has(key)) places.set(key, place);
}

function step(place: Place, character: string, runs: readonly Run[]): readonly Place[] {
  const { run, seen, start } = place;
  const here = runs[run];
  const following = runs[run + 1];
  if (!here) return [];
  const hasLetter = place.hasLetter || /\p{L}/u.test(character);
  const reached: Place[] = [];
  if (readsAs(character, here.letter)) reached.push({ run, seen: Math.min(seen + 1, Math.max(STRETCHED, here.times)), start, hasLetter });
  if (following && isComplete(here, seen) && readsAs(character, following.letter)) reached.push({ run: run + 1, seen: 1, start, hasLetter });
  const isBetween = /\s/u.test(character) ? following?.beginsWord === true && isComplete(here, seen) : !/[\p{L}\p{N}]/u.test(character);
  if (seen > 0 && isBetween) reached.push(place);
  return reached;
}

function isComplete(run: Run | undefined, seen: number): boolean {
  return run !== undefined && (seen === run.times || seen >= Math.max(STRETCHED, run.times));
}
