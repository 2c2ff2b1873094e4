import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';
import { layOutPrompt } from './lay-out-prompt.ts';
import type { PromptSyntax } from './prompt-syntax.ts';

/** How much of a prompt is read. `tokens` exceeds `limit` exactly when something is cut. */
export interface PromptMeasure {
  readonly tokens: number;
  /** 75; of a weighted prompt 600, less what its BREAKs leave empty. */
  readonly limit: number;
  /**
   * The end of the prompt that is not read, as the person typed it; '' when all is read. It begins with the first character
   * that is not read whole, which may be in the middle of a word.
   */
  readonly cut: string;
}

/** The tokenizers of a model: a base has two, a refiner the second one alone. Every `SdxlModel` will do. */
export interface Tokenizers {
  readonly tokenizer: ClipTokenizer | undefined;
  readonly tokenizer2: ClipTokenizer;
}

/**
 * Measures a prompt as the model's text encoders read it. They may count differently (an exclamation mark is a token of its
 * own to the second); what is returned is the measure of the one that reads less of the prompt.
 */
export function measurePrompt({ tokenizer, tokenizer2 }: Tokenizers, prompt: string, syntax: PromptSyntax = 'plain'): PromptMeasure {
  const second = measureFor(tokenizer2, prompt, syntax);
  if (tokenizer === undefined) return second;
  const first = measureFor(tokenizer, prompt, syntax);
  if (first.cut.length !== second.cut.length) return first.cut.length > second.cut.length ? first : second;
  return first.tokens - first.limit >= second.tokens - second.limit ? first : second;
}

function measureFor(tokenizer: ClipTokenizer, prompt: string, syntax: PromptSyntax): PromptMeasure {
  const { chunks, cut, limit } = layOutPrompt(tokenizer, prompt, syntax);
  const tokens = chunks.reduce((sum, { length }) => sum + length, cut.length);
  return { tokens, limit, cut: cut[0] === undefined ? '' : prompt.slice(cut[0].start) };
}
