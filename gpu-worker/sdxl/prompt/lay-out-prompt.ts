import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';
import { parseWeights } from './parse-weights.ts';
import type { PromptSyntax } from './prompt-syntax.ts';

/** A token with its weight and the stretch of the prompt, as typed, that it was made of. */
export interface PromptToken {
  readonly id: number;
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

/** A prompt as one text encoder reads it. */
export interface PromptLayout {
  /** At least one, of at most 75 tokens each: every chunk is encoded for itself, between a start and an end token. */
  readonly chunks: readonly (readonly PromptToken[])[];
  /** Tokens for which there is no room. */
  readonly cut: readonly PromptToken[];
  /** How many tokens there would have been room for, given where its BREAKs stand. */
  readonly limit: number;
}

/**
 * Chunks of a weighted prompt, at most: 600 tokens, some 400 words. Every further one makes each step of the painting a
 * little slower and, what is worse, each word in it count for less.
 */
const MAX_CHUNKS = { plain: 1, weighted: 8 } as const satisfies Record<PromptSyntax, number>;

/**
 * Tokenises a prompt and divides it into chunks of what the tokenizer's model reads at a time. A change of weight ends a
 * word, and BREAK a chunk; no number of BREAKs makes an empty one.
 */
export function layOutPrompt(tokenizer: ClipTokenizer, prompt: string, syntax: PromptSyntax): PromptLayout {
  const { room } = tokenizer;
  const chunks: PromptToken[][] = [];
  const cut: PromptToken[] = [];
  let chunk: PromptToken[] | undefined;
  for (const piece of tokenisePieces(tokenizer, prompt, syntax)) {
    if (piece === 'break') {
      chunk = undefined;
      continue;
    }
    for (const token of piece) {
      if (chunk === undefined || chunk.length === room) {
        chunk = chunks.length < MAX_CHUNKS[syntax] ? [] : cut;
        if (chunk !== cut) chunks.push(chunk);
      }
      chunk.push(token);
    }
  }
  const kept = chunks.reduce((sum, { length }) => sum + length, 0);
  const free = (MAX_CHUNKS[syntax] - chunks.length) * room + (chunk === undefined ? 0 : room - chunk.length);
  return { chunks: chunks.length === 0 ? [[]] : chunks, cut, limit: cut.length > 0 ? kept : kept + free };
}

function tokenisePieces(tokenizer: ClipTokenizer, prompt: string, syntax: PromptSyntax): readonly ('break' | readonly PromptToken[])[] {
  if (syntax === 'plain') return [tokenizer.tokens(prompt).map((token) => ({ ...token, weight: 1 }))];
  return parseWeights(prompt).map((piece) => {
    if (piece.kind === 'break') return 'break';
    const { text, weight, starts, ends } = piece;
    return tokenizer.tokens(text).map(({ id, start, end }) => ({ id, weight, start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }));
  });
}
