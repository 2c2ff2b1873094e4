import { layOutPrompt, type PromptToken } from '../prompt/lay-out-prompt.ts';
import type { PromptSyntax } from '../prompt/prompt-syntax.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { encodeChunks } from './encode-chunks.ts';
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

/** A prompt's embeddings. */
export interface PromptEmbeds {
  /** [1, chunks × 77, context]: both encoders' states side by side, L then G. */
  readonly embeds: Tensor;
  /** [1, projection], of the second encoder's first chunk. */
  readonly pooled: Tensor;
}

/** Both have as many chunks. Without guidance there is no negative, and it adds no chunks. */
export interface EncodedTexts {
  readonly positive: PromptEmbeds;
  readonly negative: PromptEmbeds | undefined;
}

export interface EncodeOptions {
  readonly isGuided: boolean;
  /** `plain` by default. */
  readonly promptSyntax?: PromptSyntax | undefined;
  /** Takes states of so many layers earlier, for the positive prompt only. */
  readonly clipSkip?: number | undefined;
}

/** Every text is encoded at the states before the last layer. */
const SECOND_TO_LAST = -2;

/** Encodes what a picture is to show, and what it is not to. Throws InvalidRequest for a clipSkip the model does not have. */
export async function encodePrompts(model: SdxlModel, texts: PromptTexts, options: EncodeOptions): Promise<EncodedTexts> {
  const { prompt, prompt2, negativePrompt, negativePrompt2 } = texts;
  const { isGuided, promptSyntax = 'plain', clipSkip = 0 } = options;
  checkClipSkip(model, clipSkip);
  const layOut = (first: string, second: string) => layOutPair(model, first, second, promptSyntax);
  const positive = layOut(prompt, prompt2 || prompt);
  const isZero = negativePrompt === null && model.checkpoint.forceZerosForEmptyPrompt;
  const negative = !isGuided || isZero ? undefined : layOut(negativePrompt ?? '', negativePrompt2 || (negativePrompt ?? ''));

  // The UNet reads all of a batch at the same number of tokens, and both encoders' states side by side.
  const chunks = Math.max(...[positive, negative].flatMap((pair) => [pair?.first?.length ?? 1, pair?.second.length ?? 1]));
  const embeds = await encodePair(model, positive, chunks, SECOND_TO_LAST - clipSkip);
  if (negative !== undefined) return { positive: embeds, negative: await encodePair(model, negative, chunks, SECOND_TO_LAST) };
  return { positive: embeds, negative: isGuided ? zerosLike(embeds) : undefined };
}

function checkClipSkip({ checkpoint }: SdxlModel, clipSkip: number): void {
  const layers = Math.min(...[checkpoint.textEncoder, checkpoint.textEncoder2].map((encoder) => encoder?.config.layers ?? Infinity));
  if (Number.isInteger(clipSkip) && clipSkip >= 0 && clipSkip + 2 <= layers + 1) return;
  throw new InvalidRequest(`clipSkip is ${clipSkip}: give a whole number from 0 to ${layers - 1} for this model.`);
}

/** A text's chunks for each of the encoders. */
interface ChunkPair {
  readonly first: readonly (readonly PromptToken[])[] | undefined;
  readonly second: readonly (readonly PromptToken[])[];
}

function layOutPair({ tokenizer, tokenizer2 }: SdxlModel, first: string, second: string, syntax: PromptSyntax): ChunkPair {
  // diffusers pairs `[prompt, prompt_2]` with the tokenizers it has, so that a lone second encoder gets the first text.
  if (tokenizer === undefined) return { first: undefined, second: layOutPrompt(tokenizer2, first, syntax).chunks };
  return { first: layOutPrompt(tokenizer, first, syntax).chunks, second: layOutPrompt(tokenizer2, second, syntax).chunks };
}

async function encodePair(model: SdxlModel, { first, second }: ChunkPair, chunks: number, hiddenState: number): Promise<PromptEmbeds> {
  const { checkpoint, tokenizer, tokenizer2 } = model;
  const { hidden, pooled } = await encodeChunks(checkpoint.textEncoder2, tokenizer2, second, { chunks, hiddenState });
  if (pooled === undefined) throw new InvalidRequest("The checkpoint's second text encoder has no text_projection: it is not an SDXL checkpoint.");
  if (first === undefined || tokenizer === undefined || checkpoint.textEncoder === undefined) return { embeds: hidden, pooled };
  const left = await encodeChunks(checkpoint.textEncoder, tokenizer, first, { chunks, hiddenState });
  return { embeds: besideEachOther(left.hidden, hidden), pooled };
}

function zerosLike({ embeds, pooled }: PromptEmbeds): PromptEmbeds {
  return { embeds: tensor(embeds.dims), pooled: tensor(pooled.dims) };
}

/** [1, tokens, a] and [1, tokens, b] → [1, tokens, a + b]. */
function besideEachOther(left: Tensor, right: Tensor): Tensor {
  const [, tokens = 0, a = 0] = left.dims;
  const b = right.dims[2] ?? 0;
  const data = new Float32Array(tokens * (a + b));
  for (let i = 0; i < tokens; i++) {
    data.set(left.data.subarray(i * a, (i + 1) * a), i * (a + b));
    data.set(right.data.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return tensor([1, tokens, a + b], data);
}
