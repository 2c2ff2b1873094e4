import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenTokenizer } from '../../../../gpu-worker/sdxl/tokenizer/clip-tokenizer.ts';
import { openTokenizer } from '../../../../gpu-worker/sdxl/tokenizer/open-tokenizer.ts';

const demo = new URL('../../../../gpu-worker/demo-model/base/', import.meta.url).pathname;
const first = await openTokenizer(join(demo, 'tokenizer'));
const second = await openTokenizer(join(demo, 'tokenizer_2'));
const VOCABULARY = 1044;

/** Any Unicode at all: lone surrogates, control characters, CJK, emoji, the special tokens, exclamation marks. */
const anyText = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom('!', '<|endoftext|>', '<|STARTOFTEXT|>', "'ſ", 'İ', 'ΑΣ', '漢', '\ufeff', '\u200d', '&amp;', 'a', ' '),
  ),
  { maxLength: 40 },
).map((pieces) => pieces.join(''));

describe('a CLIP tokenizer', () => {
  test('gives 77 ids of its vocabulary for any text whatever, and never throws', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const tokenizer of [first, second]) {
          const ids = tokenizer.encode(text);
          expect(ids).toHaveLength(77);
          expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < VOCABULARY)).toBe(true);
          expect(ids[0]).toBe(VOCABULARY - 2);
          expect(ids).toContain(VOCABULARY - 1);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('does not care about case or about how words are spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('red', 'house', 'sun', 'zebra', '7', '?'), { minLength: 1, maxLength: 12 }), (words) => {
        expect(first.encode(`\t ${words.join(' \n  ').toUpperCase()} `)).toEqual(first.encode(words.join(' ')));
      }),
    );
  });

  test('pads the first encoder with the end token and the second with "!"', () => {
    expect(first.encode('').slice(0, 4)).toEqual([1042, 1043, 1043, 1043]);
    expect(second.encode('').slice(0, 4)).toEqual([1042, 1043, 0, 0]);
  });

  test('cuts a long prompt so that the end token is still the last id', () => {
    const ids = first.encode('house '.repeat(200));
    expect(first.tokenise('house '.repeat(200))).toHaveLength(200);
    expect(ids[76]).toBe(first.endId);
    expect(new Set(ids.slice(1, 76)).size).toBe(1);
  });

  test('takes a very long word in its stride', () => {
    const before = performance.now();
    expect(first.encode('x'.repeat(4000))).toHaveLength(77);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('names the file when its folder is not a tokenizer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    try {
      await expect(openTokenizer(folder)).rejects.toThrow(/vocab\.json is missing/);
      await writeFile(join(folder, 'vocab.json'), '{"a": "not a number"}');
      await expect(openTokenizer(folder)).rejects.toThrow(BrokenTokenizer);
      await writeFile(join(folder, 'vocab.json'), '{"a": 0}');
      await writeFile(join(folder, 'merges.txt'), '#version: 0.2\n');
      await expect(openTokenizer(folder)).rejects.toThrow(/no entry for the special token/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
