/**
 * The extended binary Golay code: 12 bits become 24, any two of its words differ in at least 8 of them
 * (Golay 1949, "Notes on digital coding", Proc. IRE 37).
 */
export const MESSAGE_BITS = 12;
export const CODED_BITS = 24;

/** x¹¹ + x¹⁰ + x⁶ + x⁵ + x⁴ + x² + 1, which generates the code of 23 bits; the 24th makes the sum even. */
const GENERATOR = 0b1100_0111_0101;

/** Every word, by its message; the message stands in the high 12 of the first 23 bits. */
const WORDS: readonly number[] = Array.from({ length: 2 ** MESSAGE_BITS }, (_, message) => {
  const shifted = message << 11;
  let rest = shifted;
  for (let bit = 22; bit >= 11; bit -= 1) if ((rest >> bit) & 1) rest ^= GENERATOR << (bit - 11);
  const word = shifted | rest;
  return (word << 1) | parity(word);
});

/** @param message a whole number below 4096 @returns 24 signs, +1 for a one */
export function encodeGolay(message: number): readonly number[] {
  return signsOf(WORDS[message] ?? 0);
}

/** The message whose word is likeliest, given for each of the 24 bits how much speaks for a one (negative: for a zero). */
export function decodeGolay(evidence: ArrayLike<number>): number {
  let best = 0;
  let bestScore = -Infinity;
  for (const [message, word] of WORDS.entries()) {
    let score = 0;
    for (let bit = 0; bit < CODED_BITS; bit += 1) score += (evidence[bit] ?? 0) * ((word >> (CODED_BITS - 1 - bit)) & 1 ? 1 : -1);
    if (score <= bestScore) continue;
    bestScore = score;
    best = message;
  }
  return best;
}

function signsOf(word: number): readonly number[] {
  return Array.from({ length: CODED_BITS }, (_, bit) => ((word >> (CODED_BITS - 1 - bit)) & 1 ? 1 : -1));
}

function parity(word: number): number {
  let ones = 0;
  for (let rest = word; rest !== 0; rest >>= 1) ones ^= rest & 1;
  return ones;
}
