import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseMerges } from './byte-pair-encoding.ts';
import { BrokenTokenizer, ClipTokenizer, END, START } from './clip-tokenizer.ts';

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
