import { latinOf } from './confusables.ts';

/** Combining marks; characters that show nothing (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point); controls. */
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}\p{Cf}]|(?!\s)\p{Cc}/gu;
/** Weights as prompts write them, `(word:1.3)`: letters could be kept apart with them. */
const WEIGHT = /:\s*[\d.]+\s*(?=\))/g;

/**
 * A text with its disguises taken off, letter by letter: compatibility forms, case, accents, what cannot be seen, and letters
 * of other scripts that look Latin. Digits and signs stay; matching reads them both ways.
 */
export function canonicalText(text: string): string {
  const folded = text.normalize('NFKD').replace(UNSEEN, '').toLowerCase().normalize('NFKD').replace(UNSEEN, '').replaceAll('ß', 'ss').replaceAll('æ', 'ae').replaceAll('œ', 'oe');
  return Array.from(folded, latinOf).join('').replace(WEIGHT, '');
}

const CELL = String.raw`[\p{L}\p{N}@$!|+€£¢×]`;
const GAP = String.raw`[^\p{L}\p{N}]`;
const ALONE = String.raw`(?<![\p{L}\p{N}])`;
const ENDS = String.raw`(?![\p{L}\p{N}])`;
/** Three or more single characters, each kept apart by one character, or all by the same two or three. */
const SPACED = [new RegExp(`${ALONE}${CELL}(?:${GAP}${CELL}){2,}${ENDS}`, 'gu'), new RegExp(`${ALONE}${CELL}(${GAP}{2,3})${CELL}(?:\\1${CELL})+${ENDS}`, 'gu')];

/**
 * The ways in which canonical text is read: as it stands; with what is s p a c e d  o u t drawn together; and that with a first
 * “a” or “i” left alone, as in “a s p a c e d word”. A wider gap ends a word.
 */
export function readings(canonical: string): readonly string[] {
  const together = (join: (letters: string) => string) =>
    SPACED.reduce((text, pattern) => text.replace(pattern, (run) => join(Array.from(run).filter((character, place, all) => isCell(character, place, all)).join(''))), canonical);
  const joined = together((letters) => letters);
  if (joined === canonical) return [canonical];
  return [canonical, joined, together((letters) => letters.replace(/^[ai](?=..)/u, (first) => `${first} `))];
}

/** In a run, signs that may be letters stand where letters do: a gap before them, or the run's begin. */
function isCell(character: string, place: number, all: readonly string[]): boolean {
  if (/[\p{L}\p{N}]/u.test(character)) return true;
  return /[@$!|+€£¢×]/.test(character) && (place === 0 || /[\s._\-*/,;:~]/.test(all[place - 1] ?? ''));
}
