/**
 * What transformers' slow CLIPTokenizer does to a text before it looks for words when ftfy is not installed
 * (`BasicTokenizer(strip_accents=False, do_split_on_punc=False)`): control characters dropped, every CJK character set
 * between spaces, NFC, whitespace collapsed, lower case. Accents stay, HTML entities stay.
 */

/** CJK ideographs and their compatibility forms; not kana, not hangul. */
const CJK = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

// \p{C} holds lone surrogates, private use and unassigned characters too: all of them go. Which characters are
// "unassigned" depends on the Unicode version of the runtime, there as here.
const DROPPED = /(?![\t\n\r])[\p{C}\ufffd]/gu;

// Python's str.split() also splits at these two, which are neither controls nor Zs.
const WHITESPACE = /[\t\n\r\p{Zs}\u2028\u2029]+/u;

/** The text as words of lower case with single spaces between them. */
export function cleanText(text: string): string {
  return text
    .replace(DROPPED, '')
    .replace(CJK, ' $& ')
    .normalize('NFC')
    .split(WHITESPACE)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
    .join(' ');
}
