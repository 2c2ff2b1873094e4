/**
 * The 256 printable characters that stand for bytes in a byte-level BPE vocabulary
 * (https://github.com/openai/gpt-2/blob/master/src/encoder.py): printable Latin-1 stands for itself, the rest is moved past U+0100.
 */
const ALPHABET: readonly string[] = (() => {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + moved++));
})();

function isPrintable(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/** One character per UTF-8 byte of the text. */
export function toByteAlphabet(text: string): readonly string[] {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => ALPHABET[byte] ?? '');
}
