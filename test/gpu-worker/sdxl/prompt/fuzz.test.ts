import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layOutPrompt } from '../../../../gpu-worker/sdxl/prompt/lay-out-prompt.ts';
import { measurePrompt } from '../../../../gpu-worker/sdxl/prompt/measure-prompt.ts';
import { parseWeights } from '../../../../gpu-worker/sdxl/prompt/parse-weights.ts';
import { PROMPT_SYNTAXES } from '../../../../gpu-worker/sdxl/prompt/prompt-syntax.ts';
import { toByteAlphabet } from '../../../../gpu-worker/sdxl/tokenizer/byte-alphabet.ts';
import { cleanText } from '../../../../gpu-worker/sdxl/tokenizer/clean-text.ts';
import { openTokenizer } from '../../../../gpu-worker/sdxl/tokenizer/open-tokenizer.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../../reference/models/base/${name}`, import.meta.url));
const first = await openTokenizer(folder('tokenizer'));
const second = await openTokenizer(folder('tokenizer_2'));
const vocabulary: unknown = JSON.parse(readFileSync(`${folder('tokenizer')}/vocab.json`, 'utf8'));
const tokenOf = new Map(Object.entries(Object(vocabulary)).map(([token, id]) => [id, token.replace('</w>', '')]));

/** `FUZZ=100 npx vitest run test/gpu-worker/sdxl/prompt/fuzz.test.ts` tries a hundred times as many. */
const TIMES = Number(process.env['FUZZ'] ?? 1);

/** What prompts are made of, and everything that has ever broken a tokenizer. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'red ', 'House', ' ', ', ', '1.3', ':', ':1.2)', ': 0.5 )', 'BREAK', ' BREAK ') },
  { weight: 4, arbitrary: fc.constantFrom('(', ')', '[', ']', '\\', '\\(', '\\]', '((', '))', '!', "'s", '<|endoftext|>', '<|STARTOFTEXT|>') },
  { weight: 2, arbitrary: fc.constantFrom('\u0301', '\u0323', 'e\u0301', '\u1100\u1161\u11a8', '\u212b', '\u0344', '漢', '豈', '\u{2f800}', 'İ', 'ΑΣ', 'ß', 'ﬁ', '🧑‍🚀', '\u200d', '\ufeff', '\0', '\u2028', '\u3000', '\ud800') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
);
const shortPrompt = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));
/** Long enough to be cut. */
const longPrompt = fc.tuple(fc.array(fc.constantFrom('red house', 'in', 'Antidisestablishmentarianism', '(sun:1.2)', '🧑‍🚀'), { minLength: 30, maxLength: 90 }), shortPrompt, shortPrompt).map(([words, some, more]) => `${some}${words.join(' ')}${more}`);

describe('any prompt whatever', () => {
  test('is parsed: every character is text in its place, or one of the marks', () => {
    fc.assert(
      fc.property(shortPrompt, (prompt) => {
        const pieces = parseWeights(prompt).flatMap((p) => (p.kind === 'text' ? [p] : []));
        let last = 0;
        const between: string[] = [];
        for (const { text, weight, starts, ends } of pieces) {
          expect(Number.isFinite(weight) && Math.abs(weight) <= 10).toBe(true);
          expect(starts).toHaveLength(text.length);
          for (const [i, start] of starts.entries()) {
            between.push(prompt.slice(last, start));
            last = ends[i] ?? NaN;
            expect(prompt.slice(start, last).replace(/^\\(?=.)/s, '') || '\\').toBe(text[i]);
          }
        }
        between.push(prompt.slice(last));
        for (const gap of between) expect(gap).toMatch(/^([()[\]]|BREAK|:\s*[+-]?[\d.]+\s*\))*$/);
      }),
      { numRuns: 3000 * TIMES },
    );
  });

  test('that has no brackets, backslashes and BREAK is one piece of weight 1, the same under both syntaxes', () => {
    fc.assert(
      fc.property(shortPrompt.map((prompt) => prompt.replace(/[()[\]\\]|BREAK/g, '')), (prompt) => {
        expect(parseWeights(prompt).map((p) => (p.kind === 'text' ? [p.text, p.weight] : p.kind))).toEqual(prompt === '' ? [] : [[prompt, 1]]);
        expect(layOutPrompt(first, prompt, 'weighted').chunks[0]).toEqual(layOutPrompt(first, prompt, 'plain').chunks[0]);
      }),
      { numRuns: 500 * TIMES },
    );
  });

  test('with its brackets escaped is itself', () => {
    fc.assert(
      fc.property(shortPrompt.map((prompt) => prompt.replaceAll('BREAK', '')), (prompt) => {
        const [piece, ...others] = parseWeights(prompt.replace(/[\\()[\]]/g, '\\$&'));
        expect(others).toEqual([]);
        if (piece !== undefined) expect(piece).toMatchObject({ text: prompt, weight: 1 });
      }),
      { numRuns: 1000 * TIMES },
    );
  });

  test('is tokenised into ids of the vocabulary, in order, each with the text that it was made of', () => {
    fc.assert(
      fc.property(shortPrompt, (prompt) => {
        for (const tokenizer of [first, second]) {
          let last = 0;
          for (const { id, start, end } of tokenizer.tokens(prompt)) {
            expect(id >= 0 && id < 49_408).toBe(true);
            expect(start >= last && end > start && end <= prompt.length).toBe(true);
            last = start;
          }
          const ids = tokenizer.encode(prompt);
          expect(ids).toHaveLength(77);
          expect(ids.slice(0, 2)).toEqual([49_406, tokenizer.tokenise(prompt)[0] ?? 49_407]);
        }
        for (const { id, start, end } of first.tokens(prompt)) {
          // A sigma's form depends on what follows; a special token is written in any case.
          if (/[Σσς]/.test(prompt) || id >= 49_406) continue;
          // A token that is a part of a character's bytes is made of that whole character.
          expect(toByteAlphabet(cleanText(prompt.slice(start, end)).text.trim()).join('')).toContain(tokenOf.get(id));
        }
      }),
      { numRuns: 1500 * TIMES },
    );
  });

  test('is measured: the cut is its end, and exceeding the limit is being cut', () => {
    let cuts = 0;
    fc.assert(
      fc.property(fc.oneof(shortPrompt, longPrompt), fc.constantFrom(...PROMPT_SYNTAXES), (prompt, syntax) => {
        const { tokens, limit, cut } = measurePrompt({ tokenizer: first, tokenizer2: second }, prompt, syntax);
        expect(prompt.endsWith(cut)).toBe(true);
        expect(cut !== '').toBe(tokens > limit);
        if (cut !== '') cuts++;
      }),
      { numRuns: 500 * TIMES },
    );
    expect(cuts).toBeGreaterThan(40);
  });

  test('without the cut is read as with it, where the cut is between words', () => {
    let compared = 0;
    fc.assert(
      fc.property(longPrompt, (prompt) => {
        const { cut } = measurePrompt({ tokenizer: undefined, tokenizer2: first }, prompt);
        const kept = prompt.slice(0, prompt.length - cut.length);
        const isCharacterDivided = first.tokens(prompt).slice(0, 75).some(({ end }) => end > kept.length);
        if (!/\s$/.test(kept) || isCharacterDivided || /[Σσς]/.test(prompt)) return;
        compared++;
        expect(first.encode(kept)).toEqual(first.encode(prompt));
      }),
      { numRuns: 200 * TIMES },
    );
    expect(compared).toBeGreaterThan(15);
  });
});
