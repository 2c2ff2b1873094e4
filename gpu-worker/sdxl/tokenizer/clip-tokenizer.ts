import { toByteAlphabet } from './byte-alphabet.ts';
import { END_OF_WORD, type MergeRanks, mergeWord } from './byte-pair-encoding.ts';
import { cleanText } from './clean-text.ts';

/*
 * Why our own and not @huggingface/tokenizers: SDXL's folders hold `vocab.json` and `merges.txt` but no `tokenizer.json`, which
 * that package reads; it reproduces the fast tokenizer, whose ids differ for CJK, emoji sequences and control characters from
 * the slow one that diffusers runs; and it does not say where in the text a token stands. The whole thing is some hundred lines.
 */

/** A tokenizer's files do not make a tokenizer; retrying will not help. */
export class BrokenTokenizer extends Error {
  override readonly name = 'BrokenTokenizer';
}

/** What `vocab.json`, `merges.txt` and `tokenizer_config.json` say. */
export interface TokenizerFiles {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly merges: MergeRanks;
  readonly startToken: string;
  readonly endToken: string;
  readonly unknownToken: string;
  readonly padToken: string;
  /** Ids per prompt, start and end token included. */
  readonly maxLength: number;
}

/** A token and the stretch of the text that it was made of, in UTF-16 units; a character split between tokens is in each of theirs. */
export interface Token {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

export const START = '<|startoftext|>';
export const END = '<|endoftext|>';

// After lower-casing only ſ is left that folds to one of these letters; the i flag would also make \p{L} fold.
const WORDS = /<\|[sſ]tartoftext\|>|<\|endoftext\|>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

/** A word's token: how many of the word's UTF-8 bytes it stands for. */
interface Part {
  readonly id: number;
  readonly bytes: number;
}

/** CLIP's byte-level BPE, with the ids of transformers' slow CLIPTokenizer without ftfy. */
export class ClipTokenizer {
  readonly padId: number;
  readonly endId: number;
  readonly maxLength: number;
  readonly #startId: number;
  readonly #unknownId: number;
  readonly #vocabulary: ReadonlyMap<string, number>;
  readonly #merges: MergeRanks;
  readonly #specialTokens: RegExp;
  readonly #words = new Map<string, readonly Part[]>();

  constructor(files: TokenizerFiles) {
    const idOf = (token: string) => {
      const id = files.vocabulary.get(token);
      if (id === undefined) throw new BrokenTokenizer(`vocab.json has no entry for the special token "${token}".`);
      return id;
    };
    this.#startId = idOf(files.startToken);
    this.endId = idOf(files.endToken);
    this.#unknownId = idOf(files.unknownToken);
    this.padId = idOf(files.padToken);
    this.maxLength = files.maxLength;
    this.#vocabulary = files.vocabulary;
    this.#merges = files.merges;
    // tokenizer_2 pads with "!": as a special token it is cut out of the text before words are looked for, so that
    // "!!!" is three pads there and one word in the first tokenizer.
    const special = [...new Set([files.startToken, files.endToken, files.unknownToken, files.padToken])];
    special.sort((a, b) => b.length - a.length);
    this.#specialTokens = new RegExp(`(${special.map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`);
  }

  /** How many tokens of a text fit between start and end token: 75. */
  get room(): number {
    return this.maxLength - 2;
  }

  /** Ids of the prompt between start and end token, cut to `maxLength` and padded to it. */
  encode(prompt: string): readonly number[] {
    return this.enclose(this.tokenise(prompt).slice(0, this.room));
  }

  /** Up to `room` ids between start and end token, padded to `maxLength`. Throws RangeError for more. */
  enclose(ids: readonly number[]): readonly number[] {
    if (ids.length > this.room) throw new RangeError(`${ids.length} ids do not fit: this tokenizer's model reads ${this.room} at a time`);
    return [this.#startId, ...ids, this.endId, ...Array.from({ length: this.room - ids.length }, () => this.padId)];
  }

  /** Ids of the whole text, uncut, without start and end token. */
  tokenise(text: string): readonly number[] {
    return this.tokens(text).map(({ id }) => id);
  }

  /** The whole text's tokens with their places in it. */
  tokens(text: string): readonly Token[] {
    let end = 0;
    return text.split(this.#specialTokens).flatMap((piece, i) => {
      const start = end;
      end += piece.length;
      return i % 2 === 1 ? [{ id: this.#idOf(piece), start, end }] : this.#tokensOfPlain(piece, start);
    });
  }

  #tokensOfPlain(piece: string, offset: number): readonly Token[] {
    const { text, starts, ends } = cleanText(piece);
    return [...text.matchAll(WORDS)].flatMap(({ 0: word, index }) => {
      const units = unitOfByte(word);
      let bytes = 0;
      return this.#tokeniseWord(word).map((part) => {
        const first = index + (units[bytes] ?? 0);
        bytes += part.bytes;
        const last = index + (units[bytes - 1] ?? 0);
        return { id: part.id, start: offset + (starts[first] ?? 0), end: offset + (ends[last] ?? piece.length) };
      });
    });
  }

  #tokeniseWord(word: string): readonly Part[] {
    // Written in capitals they reach here, and mean the same.
    if (word === START || word === END) return [{ id: this.#idOf(word), bytes: word.length }];
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const merged = mergeWord(toByteAlphabet(word), this.#merges);
    const parts = merged.map((part, i) => ({ id: this.#idOf(part), bytes: part.length - (i === merged.length - 1 ? END_OF_WORD.length : 0) }));
    if (this.#words.size >= 10_000) this.#words.clear();
    this.#words.set(word, parts);
    return parts;
  }

  #idOf(token: string): number {
    return this.#vocabulary.get(token) ?? this.#unknownId;
  }
}

/** For each UTF-8 byte of the word, the UTF-16 unit at which its character begins. */
function unitOfByte(word: string): readonly number[] {
  const units: number[] = [];
  let unit = 0;
  for (const character of word) {
    for (let i = Buffer.byteLength(character); i > 0; i--) units.push(unit);
    unit += character.length;
  }
  return units;
}
