/** What the last part of a word ends with. */
export const END_OF_WORD = '</w>';

/** Ranks of the merges, by the two parts with a space between: the lower, the earlier it is made. */
export type MergeRanks = ReadonlyMap<string, number>;

/** Reads `merges.txt`: one merge a line after a version line; CLIP uses the first 48,894. */
export function parseMerges(text: string): MergeRanks {
  const lines = text.trim().split('\n').slice(1, 49_152 - 256 - 2 + 1);
  return new Map(lines.map((line, rank) => [line.trim(), rank]));
}

/**
 * Joins the characters of one word until no merge applies any more; the last part carries `</w>`
 * (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909).
 */
export function mergeWord(characters: readonly string[], ranks: MergeRanks): readonly string[] {
  let parts = characters.map((character, i) => (i === characters.length - 1 ? character + END_OF_WORD : character));
  for (;;) {
    let best: { readonly left: string; readonly right: string; readonly rank: number } | undefined;
    for (const [i, left] of parts.entries()) {
      const right = parts[i + 1];
      if (right === undefined) break;
      const rank = ranks.get(`${left} ${right}`);
      if (rank !== undefined && (best === undefined || rank < best.rank)) best = { left, right, rank };
    }
    if (best === undefined) return parts;

    const joined: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] ?? '';
      if (part === best.left && parts[i + 1] === best.right) {
        joined.push(part + best.right);
        i++;
      } else joined.push(part);
    }
    parts = joined;
  }
}
