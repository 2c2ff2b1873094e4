import type { TracedText } from '../tokenizer/traced-text.ts';
import { type Bracket, pairBrackets } from './pair-brackets.ts';

/** Words of one weight, every unit of them with its place in the prompt as typed; or a place where a new chunk begins. */
export type PromptPiece = WeightedText | { readonly kind: 'break' };

export interface WeightedText extends TracedText {
  readonly kind: 'text';
  readonly weight: number;
}

/** Weights end here: what is further from 1 paints only noise, and in the end is no number in a float16 network. */
const MAX_WEIGHT = 10;

/** What a prompt is made of besides letters. A letter or digit next to BREAK makes it another word. */
const MARKS = /\\[\\()[\]]|[([\])]|:\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*\)|(?<![\p{L}\p{N}_])BREAK(?![\p{L}\p{N}_])/gu;

/**
 * Reads the weights that A1111 made common (https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis):
 *
 *     prompt = { text | group | "BREAK" }
 *     group  = "(" prompt ")"                  weighs 1.1 times as much
 *            | "(" prompt ":" number ")"       weighs `number` times as much
 *            | "[" prompt "]"                  weighs 1/1.1 times as much
 *     number = [ "+" | "-" ] ( digits [ "." [ digits ] ] | "." digits ), with spaces round it if you like
 *     text   = any characters; "\" makes text of one of \ ( ) [ ] behind it
 *
 * Groups nest and their weights multiply, up to ±10. BREAK is a word of its own, in capitals. There is no wrong prompt: a
 * bracket without its partner is text (where A1111 weighs everything up to the end), and so are a colon without a number,
 * a weight in square brackets, and A1111's scheduling, `[from:to:when]`, `[a|b]`. Neighbours of one weight are one piece.
 */
export function parseWeights(prompt: string): readonly PromptPiece[] {
  const marks = [...prompt.matchAll(MARKS)].map(({ 0: text, index }) => ({ text, start: index, end: index + text.length }));
  const factors = pairBrackets(marks.flatMap(asBracket));
  const pieces = new Pieces(prompt);
  const outer: number[] = [];
  let weight = 1;
  let at = 0;
  for (const { text, start, end } of marks) {
    pieces.add(weight, at, start);
    at = end;
    const factor = factors.get(start);
    if (text === 'BREAK') pieces.break();
    else if (text.startsWith('\\')) pieces.addEscaped(weight, start);
    else if (factor === undefined) pieces.add(weight, start, end);
    else if (text === '(' || text === '[') {
      outer.push(weight);
      weight *= factor;
    } else weight = outer.pop() ?? 1;
  }
  pieces.add(weight, at, prompt.length);
  return pieces.all();
}

function asBracket({ text, start }: { readonly text: string; readonly start: number }): readonly Bracket[] {
  if (text === '(' || text === '[') return [{ at: start, opens: text }];
  if (text === ')') return [{ at: start, closes: '(', factor: 1.1 }];
  if (text === ']') return [{ at: start, closes: '[', factor: 1 / 1.1 }];
  if (text.startsWith(':')) return [{ at: start, closes: '(', factor: Number(text.slice(1, -1)) }];
  return [];
}

/** Gathers stretches of the prompt into pieces. */
class Pieces {
  readonly #prompt: string;
  readonly #pieces: PromptPiece[] = [];
  #weight = 1;
  #text = '';
  #starts: number[] = [];
  #ends: number[] = [];

  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  /** The prompt from `start` to `end`, as typed. */
  add(weight: number, start: number, end: number): void {
    if (start === end) return;
    this.#weigh(weight);
    this.#text += this.#prompt.slice(start, end);
    for (let i = start; i < end; i++) {
      this.#starts.push(i);
      this.#ends.push(i + 1);
    }
  }

  /** The character behind the backslash at `start`. */
  addEscaped(weight: number, start: number): void {
    this.#weigh(weight);
    this.#text += this.#prompt[start + 1] ?? '';
    this.#starts.push(start);
    this.#ends.push(start + 2);
  }

  break(): void {
    this.#close();
    this.#pieces.push({ kind: 'break' });
  }

  all(): readonly PromptPiece[] {
    this.#close();
    return this.#pieces;
  }

  #weigh(unlimited: number): void {
    const weight = Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, unlimited));
    if (weight !== this.#weight) this.#close();
    this.#weight = weight;
  }

  #close(): void {
    if (this.#text === '') return;
    this.#pieces.push({ kind: 'text', weight: this.#weight, text: this.#text, starts: this.#starts, ends: this.#ends });
    this.#text = '';
    this.#starts = [];
    this.#ends = [];
  }
}
