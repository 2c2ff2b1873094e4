import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disguisesOf } from '../../../bot/moderation/words/confusables.ts';
import { judgePrompt } from '../../../bot/moderation/words/judge-prompt.ts';

const WORD = 'scunner';
const lists = { deny: [WORD, 'red herring', '1488'], allow: ['scunner hill'] };
const judge = (prompt: string) => judgePrompt(prompt, lists);
const CAUGHT = { by: 'server', term: WORD };

const fullWidth = (letter: string) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0);
const bold = (letter: string) => String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97);
const circled = (letter: string) => String.fromCodePoint(0x24d0 + letter.charCodeAt(0) - 97);
const square = (letter: string) => String.fromCodePoint(0x1f130 + letter.charCodeAt(0) - 97);

/** One letter as it may be written; never as a digit alone, so that the word keeps a letter. */
const letterForms = (letter: string) => fc.constantFrom(letter, letter.toUpperCase(), fullWidth(letter), bold(letter), circled(letter), square(letter), ...disguisesOf(letter));
const unseen = fc.constantFrom('', '\u200b', '\u200d', '\u00ad', '\ufe0f', '\u2060', '\u0301', '\u0336', '\u{e0041}', '\u034f');
const disguised = fc.tuple(...Array.from(WORD, (letter) => fc.tuple(letterForms(letter), unseen))).map((letters) => letters.map((pair) => pair.join('')));
const gap = fc.constantFrom(' ', '.', '-', '_', '*', '~', ', ');

describe('a denied word is found', () => {
  test('whatever its letters are disguised as', () => {
    fc.assert(fc.property(disguised, (letters) => void expect(judge(`a ${letters.join('')}, oil on canvas`)).toEqual(CAUGHT)));
  });
  test('spaced out, by blanks or signs, in disguise too', () => {
    fc.assert(fc.property(disguised, gap, (letters, between) => void expect(judge(`paint ${letters.join(between)}  now`)).toEqual(CAUGHT)));
  });
  test('with signs between some of its letters', () => {
    const sign = fc.constantFrom('', '', '.', '-', '_', '*', "'", '(', ')');
    fc.assert(fc.property(fc.tuple(...Array.from(WORD, (letter) => sign.map((mark) => letter + mark))), (letters) => void expect(judge(`the ${letters.join('')} house`)).toEqual(CAUGHT)));
  });
  test('stretched', () => {
    const times = fc.constantFrom(1, 3, 4, 9);
    fc.assert(fc.property(fc.tuple(...['s', 'c', 'u', 'nn', 'e', 'r'].map((run) => times.map((n) => run.repeat(n)))), (runs) => void expect(judge(runs.join(''))).toEqual(CAUGHT)));
  });
  test.each(['SCUNNER!', '(scunner:1.3)', '(scun:1.1)(ner:0.9)', '$cunner', 'ѕсunnеr', 'a s c u n n e r', 'scunner2', '<scunner>', 'scunner\non top', '🅂🅲🆄🅽🅽🅴🆁'])('as %s', (prompt) => {
    expect(judge(prompt)).toMatchObject({ by: 'server' });
  });
  test.each(['red herring', 'RED  HERRING', 'red-herring', 'redherring', 'r3d h3rring', 'r e d  h e r r i n g'])('of several words, as %s', (prompt) => {
    expect(judge(`one ${prompt} please`)).toEqual({ by: 'server', term: 'red herring' });
  });
  test('made of digits', () => {
    expect(judge('flag with 1488')).toEqual({ by: 'server', term: '1488' });
  });
});

describe('no rule applies', () => {
  test('to a denied word inside a longer one', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzéж'), maxLength: 6 });
    const around = fc.tuple(letters, letters).filter(([before, after]) => !(/^s*$/.test(before) && /^r*$/.test(after)));
    fc.assert(fc.property(around, ([before, after]) => void expect(judge(`${before}${WORD}${after}`)).toBeUndefined()));
  });
  test.each(['a red house', 'Scunnerthorpe', 's c u n n e r t h o r p e', 'red, a herring', '21488 people', ''])('to %j', (prompt) => {
    expect(judge(prompt)).toBeUndefined();
  });
  test.each([
    ['Scunthorpe, Penistone and Lightwater', ['cunt', 'penis', 'twat']],
    ['a classic bass in a glass on grass', ['ass']],
    ['Essex and Middlesex cricket', ['sex']],
    ['455 people, 4 of 5 stars', ['ass']],
    ['s c u n t h o r p e', ['cunt']],
    ['boob tube', ['bob']],
    ['an ail', ['all']],
  ])('to %j where %j is denied', (prompt, deny) => {
    expect(judgePrompt(prompt, { deny, allow: [] })).toBeUndefined();
  });
  test('to a phrase that is allowed, though it does where the word stands alone beside it', () => {
    expect(judge('a church on Scunner Hill')).toBeUndefined();
    expect(judge('scunner hill and a scunner')).toEqual(CAUGHT);
  });
  test('to prose: none of our own rules refuses it', () => {
    for (const prompt of ['children playing football in the park', 'a nude by Modigliani, oil', 'portrait of my kid with a dog', 'a minor key, sheet music', 'pedestrians', 'Lolita fashion dress on a mannequin']) {
      expect(judgePrompt(prompt, { deny: [], allow: [] })).toBeUndefined();
    }
  });
});

describe('what no server can allow', () => {
  test.each(['n4ked chіld', 'l.o.l.i', 'a nude tоddler', 'ｓｅｘｙ schoolgirl', 'l0licon', 'p o r n  child'])('is refused: %s', (prompt) => {
    expect(judgePrompt(prompt, { deny: [], allow: ['child', 'loli', 'naked child', prompt] })).toEqual({ by: 'licence' });
  });
});

test('no text keeps it from coming to an end: ways to match do not multiply', () => {
  for (const text of ['!'.repeat(1000), 's'.repeat(1000), '1|'.repeat(500), 's '.repeat(500), '()'.repeat(500), 'scunne'.repeat(160)]) {
    // Were they to, the first of these would not end in this life.
    expect(judgePrompt(text, { deny: Array.from({ length: 20 }, (_, i) => `sill${'i'.repeat(i)}`), allow: [] })).toBeUndefined();
  }
});
