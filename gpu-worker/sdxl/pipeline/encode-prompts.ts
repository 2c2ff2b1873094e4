import { elementCount, type Tensor, tensor } from '../tensor.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { SdxlModel } from './sdxl.ts';

/** What one picture is to show. */
export interface PromptTexts {
  readonly prompt: string;
  /** For the second text encoder; the prompt itself when absent or empty. The refiner, having one encoder, ignores it. */
  readonly prompt2?: string | undefined;
  /** What to lean away from. `null`: nothing (zeros for the base, an encoded empty string for the refiner); '' is encoded. */
  readonly negativePrompt: string | null;
  readonly negativePrompt2?: string | null | undefined;
}

/** Embeddings of several prompts. */
export interface PromptEmbeds {
  /** [prompts, 77, context]: both encoders' states side by side, L then G. */
  readonly embeds: Tensor;
  /** [prompts, projection], of the second encoder. */
  readonly pooled: Tensor;
}

/** Every text is encoded at the states before the last layer; `clipSkip` takes earlier ones for the positive prompt only. */
const SECOND_TO_LAST = -2;

/** Positive embeddings, one row per text. */
export async function encodePrompts(model: SdxlModel, texts: readonly PromptTexts[], clipSkip = 0): Promise<PromptEmbeds> {
  const layers = Math.min(...[model.checkpoint.textEncoder, model.checkpoint.textEncoder2].map((encoder) => encoder?.config.layers ?? Infinity));
  if (!Number.isInteger(clipSkip) || clipSkip < 0 || clipSkip + 2 > layers + 1) {
    throw new InvalidRequest(`clipSkip is ${clipSkip}: give a whole number from 0 to ${layers - 1} for this model.`);
  }
  return encodeTexts(model, texts.map(({ prompt, prompt2 }) => ({ first: prompt, second: prompt2 || prompt })), SECOND_TO_LAST - clipSkip);
}

/** Negative embeddings, one row per text; rows of zeros where nothing was asked and the checkpoint wants zeros then. */
export async function encodeNegativePrompts(model: SdxlModel, texts: readonly PromptTexts[]): Promise<PromptEmbeds> {
  const encoded = await encodeTexts(
    model,
    texts.map(({ negativePrompt, negativePrompt2 }) => ({ first: negativePrompt ?? '', second: negativePrompt2 || (negativePrompt ?? '') })),
    SECOND_TO_LAST,
  );
  if (!model.checkpoint.forceZerosForEmptyPrompt) return encoded;
  for (const [i, { negativePrompt }] of texts.entries()) {
    if (negativePrompt !== null) continue;
    row(encoded.embeds, i).fill(0);
    row(encoded.pooled, i).fill(0);
  }
  return encoded;
}

interface TextPair {
  readonly first: string;
  readonly second: string;
}

async function encodeTexts(model: SdxlModel, pairs: readonly TextPair[], hiddenState: number): Promise<PromptEmbeds> {
  const { checkpoint, tokenizer, tokenizer2 } = model;
  // Several pictures of one prompt are the rule: encode each text once.
  const keys = pairs.map((pair) => JSON.stringify([pair.first, pair.second]));
  const distinct = [...new Set(keys)].map((key) => keys.indexOf(key));
  const distinctPairs = distinct.map((i) => pairs[i] ?? { first: '', second: '' });
  const rowOf = keys.map((key) => distinct.findIndex((i) => keys[i] === key));

  const hasFirst = checkpoint.textEncoder !== undefined && tokenizer !== undefined;
  // diffusers pairs `[prompt, prompt_2]` with the tokenizers it has, so that a lone second encoder gets the first text.
  const second = await checkpoint.textEncoder2.encode(distinctPairs.map((pair) => tokenizer2.encode(hasFirst ? pair.second : pair.first)), hiddenState);
  if (second.pooled === undefined) throw new InvalidRequest('The checkpoint\'s second text encoder has no text_projection: it is not an SDXL checkpoint.');
  const first = hasFirst ? await checkpoint.textEncoder.encode(distinctPairs.map((pair) => tokenizer.encode(pair.first)), hiddenState) : undefined;
  const hidden = first === undefined ? second.hidden : besideEachOther(first.hidden, second.hidden);
  return { embeds: pickRows(hidden, rowOf), pooled: pickRows(second.pooled, rowOf) };
}

/** [n, tokens, a] and [n, tokens, b] → [n, tokens, a + b]. */
function besideEachOther(left: Tensor, right: Tensor): Tensor {
  const [n = 0, tokens = 0, a = 0] = left.dims;
  const b = right.dims[2] ?? 0;
  const data = new Float32Array(n * tokens * (a + b));
  for (let i = 0; i < n * tokens; i++) {
    data.set(left.data.subarray(i * a, (i + 1) * a), i * (a + b));
    data.set(right.data.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return tensor([n, tokens, a + b], data);
}

function pickRows(from: Tensor, rows: readonly number[]): Tensor {
  const picked = tensor([rows.length, ...from.dims.slice(1)]);
  for (const [to, i] of rows.entries()) row(picked, to).set(row(from, i));
  return picked;
}

function row({ dims, data }: Tensor, i: number): Float32Array {
  const length = elementCount(dims.slice(1));
  return data.subarray(i * length, (i + 1) * length);
}
