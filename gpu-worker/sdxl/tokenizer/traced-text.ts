/**
 * A text that remembers where it came from: its UTF-16 unit `i` stands for the original's units `starts[i]` … `ends[i]`
 * (the end not included). Several units may stand for one character of the original, and one for several.
 */
export interface TracedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A piece of text that stands for `start` … `end` of the original. */
export interface Traced {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Puts pieces one behind the other. */
export function joinTraced(pieces: readonly Traced[]): TracedText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { text, start, end } of pieces) {
    for (let i = 0; i < text.length; i++) {
      starts.push(start);
      ends.push(end);
    }
  }
  return { text: pieces.map(({ text }) => text).join(''), starts, ends };
}
