import { joinTraced, type Traced, type TracedText } from './traced-text.ts';

/** CJK ideographs and their compatibility forms; not kana, not hangul. */
const CJK = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;

// \p{C} holds lone surrogates, private use and unassigned characters too: all of them go. Which characters are
// "unassigned" depends on the Unicode version of the runtime, there as here.
const DROPPED = /(?![\t\n\r])[\p{C}\ufffd]/u;

// Python's str.split() also splits at \u2028 and \u2029, which are neither controls nor Zs.
const WORD = /[^\t\n\r\p{Zs}\u2028\u2029]+/gu;

const MARK = /\p{M}/u;
/** No character before this one is ever composed with the one in front of it. */
const FIRST_COMPOSABLE = 0x300;

/**
 * The text as words of lower case with single spaces between them: what transformers' slow CLIPTokenizer does to a text
 * before it looks for words when ftfy is not installed (`BasicTokenizer(strip_accents=False, do_split_on_punc=False)`).
 * Control characters are dropped, every CJK character is set between spaces, then NFC, whitespace, lower case. Accents
 * stay, HTML entities stay. Every unit of it knows its place in `original`.
 */
export function cleanText(original: string): TracedText {
  const { text, starts, ends } = joinTraced(compose(keptCharacters(original)));
  const pieces: Traced[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const start = starts[index] ?? 0;
    if (pieces.length > 0) pieces.push({ text: ' ', start, end: start });
    const end = ends[index + word.length - 1] ?? start;
    pieces.push(...lowerCase({ text: word, starts: starts.slice(index, index + word.length), ends: ends.slice(index, index + word.length) }, { start, end }));
  }
  return joinTraced(pieces);
}

function keptCharacters(original: string): readonly Traced[] {
  const kept: Traced[] = [];
  let start = 0;
  for (const character of original) {
    const end = start + character.length;
    if (!DROPPED.test(character)) {
      const isCjk = CJK.test(character);
      if (isCjk) kept.push({ text: ' ', start, end: start });
      kept.push({ text: character, start, end });
      if (isCjk) kept.push({ text: ' ', start: end, end });
    }
    start = end;
  }
  return kept;
}

/** Unicode's NFC, in clusters that do not touch each other; characters of a cluster that changes share its stretch. */
function compose(characters: readonly Traced[]): readonly Traced[] {
  const composed: Traced[] = [];
  let cluster: Traced[] = [];
  let text = '';
  const close = () => {
    const nfc = text.normalize('NFC');
    const [first] = cluster;
    const last = cluster.at(-1);
    if (nfc === text || first === undefined || last === undefined) composed.push(...cluster);
    else composed.push({ text: nfc, start: first.start, end: last.end });
  };
  for (const character of characters) {
    if (text !== '' && !isComposedWith(text, character.text)) {
      close();
      cluster = [];
      text = '';
    }
    cluster.push(character);
    text += character.text;
  }
  close();
  return composed;
}

function isComposedWith(before: string, character: string): boolean {
  if ((character.codePointAt(0) ?? 0) < FIRST_COMPOSABLE) return false;
  return MARK.test(character) || (before + character).normalize('NFC') !== before.normalize('NFC') + character.normalize('NFC');
}

/** A whole word at once, since a sigma's form depends on its place; the lengths are those of its characters one by one. */
function lowerCase({ text, starts, ends }: TracedText, whole: { readonly start: number; readonly end: number }): readonly Traced[] {
  const lower = text.toLowerCase();
  const pieces: Traced[] = [];
  let from = 0;
  let to = 0;
  for (const character of text) {
    const { length } = character.toLowerCase();
    pieces.push({ text: lower.slice(to, to + length), start: starts[from] ?? whole.start, end: ends[from + character.length - 1] ?? whole.end });
    from += character.length;
    to += length;
  }
  return to === lower.length ? pieces : [{ text: lower, ...whole }];
}
