import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { layOutPrompt } from '../../../../gpu-worker/sdxl/prompt/lay-out-prompt.ts';
import { measurePrompt } from '../../../../gpu-worker/sdxl/prompt/measure-prompt.ts';
import { openTokenizer } from '../../../../gpu-worker/sdxl/tokenizer/open-tokenizer.ts';

// CLIP's real vocabulary.
const folder = (name: string) => fileURLToPath(new URL(`../../../reference/models/base/${name}`, import.meta.url));
const tokenizer = await openTokenizer(folder('tokenizer'));
const tokenizer2 = await openTokenizer(folder('tokenizer_2'));
const both = { tokenizer, tokenizer2 };

const words = (count: number) => Array.from({ length: count }, () => 'house').join(' ');

describe('the token meter', () => {
  test('counts, and cuts nothing off a prompt that fits', () => {
    expect(measurePrompt(both, 'A photo of an astronaut, riding a horse.')).toEqual({ tokens: 10, limit: 75, cut: '' });
    expect(measurePrompt(both, words(75))).toEqual({ tokens: 75, limit: 75, cut: '' });
    expect(measurePrompt(both, '')).toEqual({ tokens: 0, limit: 75, cut: '' });
  });

  test('quotes what is cut as it was typed: case, spaces, accents and all', () => {
    const cut = 'Grüne  WIESEN,\n\t“Café” — 漢字 🧑‍🚀!  ';
    expect(measurePrompt(both, `${words(75)} ${cut}`)).toMatchObject({ limit: 75, cut });
  });

  test('begins the quotation in the middle of a word where the cut is', () => {
    // To this vocabulary: ligh|thouse|keeper.
    expect(measurePrompt(both, `${words(73)} LightHouseKeeper, red`)).toEqual({ tokens: 78, limit: 75, cut: 'Keeper, red' });
  });

  test('quotes a character whole that is read in part only', () => {
    const [first] = tokenizer.tokens('🫠');
    expect(tokenizer.tokens('🫠').length).toBeGreaterThan(1);
    expect(first).toMatchObject({ start: 0, end: 2 });
    expect(measurePrompt(both, `${words(74)} 🫠`).cut).toBe('🫠');
  });

  test('quotes for the encoder that reads less: to the second one every "!" is a token', () => {
    const prompt = `${words(70)} wow!!!!!! red`;
    expect(measurePrompt({ tokenizer: undefined, tokenizer2: tokenizer }, prompt)).toMatchObject({ tokens: 73, cut: '' });
    expect(measurePrompt(both, prompt)).toEqual({ tokens: 78, limit: 75, cut: '!! red' });
  });

  test('counts no brackets and weights in a weighted prompt, but quotes them', () => {
    const prompt = '(house:1.3) [tree] \\(sun\\)';
    expect(measurePrompt(both, prompt, 'weighted')).toEqual({ tokens: 5, limit: 600, cut: '' });
    expect(measurePrompt(both, prompt).tokens).toBeGreaterThan(10);
    expect(measurePrompt(both, `${words(600)} \\(Sun\\) (Tree:1.3)`, 'weighted')).toMatchObject({ tokens: 604, limit: 600, cut: '\\(Sun\\) (Tree:1.3)' });
  });

  test('takes what BREAK leaves empty off the limit', () => {
    expect(measurePrompt(both, 'house BREAK tree', 'weighted')).toEqual({ tokens: 2, limit: 600 - 74, cut: '' });
    const nine = Array.from({ length: 9 }, (_, i) => `House ${i}`).join(' BREAK ');
    expect(measurePrompt(both, nine, 'weighted')).toEqual({ tokens: 18, limit: 16, cut: 'House 8' });
  });
});

describe('the chunks of a prompt', () => {
  const lengths = (prompt: string) => layOutPrompt(tokenizer, prompt, 'weighted').chunks.map((chunk) => chunk.length);

  test('hold 75 tokens each', () => {
    expect(lengths(words(75))).toEqual([75]);
    expect(lengths(words(76))).toEqual([75, 1]);
    expect(lengths(words(151))).toEqual([75, 75, 1]);
  });

  test('end at BREAK, and are never empty but for an empty prompt', () => {
    expect(lengths('a house BREAK a tree')).toEqual([2, 2]);
    expect(lengths('BREAK a BREAK BREAK b BREAK')).toEqual([1, 1]);
    expect(lengths(`${words(75)} BREAK a`)).toEqual([75, 1]);
    expect(lengths('')).toEqual([0]);
  });

  test('give every token its weight', () => {
    const [chunk = []] = layOutPrompt(tokenizer, 'a (red:1.5) house', 'weighted').chunks;
    expect(chunk.map(({ weight }) => weight)).toEqual([1, 1.5, 1]);
  });

  test('of a plain prompt are one, whatever it says', () => {
    const { chunks, cut } = layOutPrompt(tokenizer, `${words(74)} (a:1.5) BREAK`, 'plain');
    expect(chunks.map((chunk) => chunk.map(({ id }) => id))).toEqual([tokenizer.tokenise(`${words(74)} (a:1.5) BREAK`).slice(0, 75)]);
    expect(cut.length).toBeGreaterThan(3);
  });
});
