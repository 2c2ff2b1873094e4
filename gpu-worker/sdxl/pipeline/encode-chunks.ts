import type { TextEmbeds, TextEncoder } from '../networks/text-encoder.ts';
import type { PromptToken } from '../prompt/lay-out-prompt.ts';
import { tensor } from '../tensor.ts';
import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';
import { weighStates } from './weigh-states.ts';

export interface ChunkOptions {
  /** How many chunks there shall be; empty ones are added. */
  readonly chunks: number;
  readonly hiddenState: number;
}

/**
 * One encoder's states of a prompt, `hidden` [1, chunks × 77, width]: each chunk encoded for itself, all in one pass, and
 * their states one behind the other, weighed. `pooled` [1, projection] is the first chunk's, which no weight touches: it
 * is one vector for the whole, and was trained on one chunk.
 */
export async function encodeChunks(encoder: TextEncoder, tokenizer: ClipTokenizer, prompt: readonly (readonly PromptToken[])[], options: ChunkOptions): Promise<TextEmbeds> {
  const { chunks, hiddenState } = options;
  const isWeighted = prompt.some((tokens) => tokens.some(({ weight }) => weight !== 1));
  // A weighted prompt's last row is an empty one, from which weights are measured.
  const rows = Array.from({ length: chunks + (isWeighted ? 1 : 0) }, (_, i) => tokenizer.enclose((prompt[i] ?? []).map(({ id }) => id)));
  const { hidden, pooled } = await encoder.encode(rows, hiddenState);
  const [, tokens = 0, width = 0] = hidden.dims;
  const end = chunks * tokens * width;
  const states = hidden.data.slice(0, end);
  if (isWeighted) weighStates(states, hidden.data.subarray(end), Array.from({ length: chunks }, (_, i) => weightsOf(prompt[i] ?? [], tokens)).flat());
  return {
    hidden: tensor([1, chunks * tokens, width], states),
    pooled: pooled && tensor([1, pooled.dims[1] ?? 0], pooled.data.slice(0, pooled.dims[1])),
  };
}

/** Start token, the chunk's own, end token and padding: only the chunk's own have weights. */
function weightsOf(chunk: readonly PromptToken[], tokens: number): readonly number[] {
  const weights = Array.from({ length: tokens }, () => 1);
  for (const [i, { weight }] of chunk.entries()) weights[i + 1] = weight;
  return weights;
}
