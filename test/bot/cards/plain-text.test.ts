import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { altText, escapeMarkdown, promptBlock, shorten } from '../../../bot/cards/plain-text.ts';
import { NASTY_PROMPTS } from './nasty-prompts.ts';

/** Discord's own rule for a code block, at the start of a text. */
const CODE_BLOCK = /^```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][^]*?)\n*```/i;

describe('a prompt in a card', () => {
  const oneLine = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((s) => s.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);

  test('without three backticks is one code block that holds exactly the prompt, whatever it says', () => {
    fc.assert(
      fc.property(oneLine, fc.constantFrom('', '`', '``', 'js', '@everyone'), (text, end) => {
        const prompt = text.replaceAll('```', '') + end;
        const shown = promptBlock(prompt);
        if (prompt.includes('```')) return;
        const match = CODE_BLOCK.exec(shown);
        expect(match?.[0]).toBe(shown);
        expect(match?.[1]).toBeUndefined();
        expect(match?.[2]).toBe(prompt);
      }),
    );
  });

  test('with three backticks has every mark escaped, so that it reads as it was written', () => {
    const prompt = '``` @everyone [x](https://e.example) <@1> **b**';
    const shown = promptBlock(prompt);
    expect(shown.replaceAll(/\\([^\w\s])/g, '$1')).toBe(prompt);
    expect(shown.replaceAll(/\\[^\w\s]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
  });

  test('is at most twice as long as it was, and eight', () => {
    for (const prompt of NASTY_PROMPTS) expect(promptBlock(prompt).length).toBeLessThanOrEqual(2 * prompt.length + 8);
  });
});

test('escaped text has no bare mark left and unescapes to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text);
      expect(escaped.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
    }),
  );
});

describe('shortening', () => {
  test('leaves a text that fits', () => expect(shorten('house', 5)).toBe('house'));
  test('ends a longer one in an ellipsis', () => expect(shorten('a house', 5)).toBe('a ho…'));
  test('never cuts a character in two', () => {
    expect(shorten('😀😀😀', 4)).toBe('😀…');
    for (let max = 1; max < 9; max += 1) expect(() => encodeURIComponent(shorten('a😀😀😀😀', max))).not.toThrow();
  });
});

test('alt text fits Discord for every prompt', () => {
  for (const prompt of NASTY_PROMPTS) expect(altText(prompt, 1, 4).length).toBeLessThanOrEqual(1024);
  expect(altText('a cat', 1, 4)).toBe('Generated picture 2 of 4: a cat');
});
