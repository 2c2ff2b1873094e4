import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { toByteAlphabet } from './byte-alphabet.ts';
import { type MergeRanks, mergeWord, parseMerges } from './byte-pair-encoding.ts';
import { cleanText } from './clean-text.ts';

/*
 * Why our own and not @huggingface/tokenizers: SDXL's folders hold `vocab.json` and `merges.txt` but no `tokenizer.json`, which
 * that package reads; and it reproduces the fast tokenizer, whose ids differ for CJK, emoji sequences and control characters
 * from the slow one that diffusers runs. The whole thing is some hundred lines.
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

const START = '<|startoftext|>';
const END = '<|endoftext|>';

// After lower-casing only ſ is left that folds to one of these letters; the i flag would also make \p{L} fold.
const WORDS = /<\|[sſ]tartoftext\|>|<\|endoftext\|>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

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
  readonly #words = new Map<string, readonly number[]>();

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

  /** Ids of the prompt between start and end token, cut to `maxLength` and padded to it. */
  encode(prompt: string): readonly number[] {
    const kept = this.tokenise(prompt).slice(0, this.maxLength - 2);
    const ids = [this.#startId, ...kept, this.endId];
    return [...ids, ...Array.from({ length: this.maxLength - ids.length }, () => this.padId)];
  }

  /** Ids of the whole prompt, uncut, without start and end token. */
  tokenise(prompt: string): readonly number[] {
    return prompt.split(this.#specialTokens).flatMap((piece, i) => (i % 2 === 1 ? [this.#idOf(piece)] : this.#tokenisePlain(piece)));
  }

  #tokenisePlain(text: string): readonly number[] {
    return (cleanText(text).match(WORDS) ?? []).flatMap((word) => this.#tokeniseWord(word));
  }

  #tokeniseWord(word: string): readonly number[] {
    // Written in capitals they reach here, and mean the same.
    if (word === START || word === END) return [this.#idOf(word)];
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const ids = mergeWord(toByteAlphabet(word), this.#merges).map((part) => this.#idOf(part));
    if (this.#words.size >= 10_000) this.#words.clear();
    this.#words.set(word, ids);
    return ids;
  }

  #idOf(token: string): number {
    return this.#vocabulary.get(token) ?? this.#unknownId;
  }
}

const Token = v.union([v.string(), v.object({ content: v.string() })]);
const Vocabulary = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0)));
const Config = v.object({
  bos_token: v.nullish(Token),
  eos_token: v.nullish(Token),
  unk_token: v.nullish(Token),
  pad_token: v.nullish(Token),
  // transformers writes 1e30 for "no limit": CLIP's text encoders know 77 positions.
  model_max_length: v.nullish(v.pipe(v.number(), v.transform((length) => (length > 77 ? 77 : length)), v.integer(), v.minValue(3))),
});

/**
 * Opens a tokenizer folder of a diffusers checkpoint.
 * @throws BrokenTokenizer naming the file that is missing or malformed.
 */
export async function openTokenizer(folder: string): Promise<ClipTokenizer> {
  const config = await readJson(join(folder, 'tokenizer_config.json'), Config);
  const map = await readJson(join(folder, 'special_tokens_map.json'), Config);
  const vocabulary = await readJson(join(folder, 'vocab.json'), Vocabulary);
  if (vocabulary === undefined) throw new BrokenTokenizer(`${join(folder, 'vocab.json')} is missing: the folder is not a CLIP tokenizer.`);
  const merges = await readText(join(folder, 'merges.txt'));
  if (merges === undefined) throw new BrokenTokenizer(`${join(folder, 'merges.txt')} is missing: the folder is not a CLIP tokenizer.`);
  const special = (name: 'bos_token' | 'eos_token' | 'unk_token' | 'pad_token', otherwise: string) => {
    const token = config?.[name] ?? map?.[name] ?? otherwise;
    return typeof token === 'string' ? token : token.content;
  };
  return new ClipTokenizer({
    vocabulary: new Map(Object.entries(vocabulary)),
    merges: parseMerges(merges),
    startToken: special('bos_token', START),
    endToken: special('eos_token', END),
    unknownToken: special('unk_token', END),
    padToken: special('pad_token', END),
    maxLength: config?.model_max_length ?? 77,
  });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readJson<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    throw new BrokenTokenizer(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
