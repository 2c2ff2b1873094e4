import { describe, expect, test } from 'vitest';
import { parseWeights } from '../../../../gpu-worker/sdxl/prompt/parse-weights.ts';

/** `text*weight`, `|` for BREAK. */
function read(prompt: string): readonly string[] {
  return parseWeights(prompt).map((piece) => (piece.kind === 'break' ? '|' : `${piece.text}*${Number(piece.weight.toFixed(4))}`));
}

describe('a weighted prompt', () => {
  // From A1111's page on attention and the examples in its own parser.
  test.each([
    ['normal text', ['normal text*1']],
    ['a (word)', ['a *1', 'word*1.1']],
    ['a ((word))', ['a *1', 'word*1.21']],
    ['a [word]', ['a *1', 'word*0.9091']],
    ['a (word:1.5)', ['a *1', 'word*1.5']],
    ['a (word:0.25)', ['a *1', 'word*0.25']],
    ['a \\(word\\)', ['a (word)*1']],
    ['an (important) word', ['an *1', 'important*1.1', ' word*1']],
    ['\\(literal\\]', ['(literal]*1']],
    ['(unnecessary)(parens)', ['unnecessaryparens*1.1']],
    ['a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).', ['a (*1', 'house*1.43', ' *1', 'on*0.9091', ' a *1', 'hill*0.5', ', sun, *1', 'sky*1.331', '.*1']],
  ])('reads %j as A1111 documents it', (prompt, pieces) => {
    expect(read(prompt)).toEqual(pieces);
  });

  test.each([
    ['weights with signs, points and spaces', '(a: +1.25 ), (b:.5), (c:2.), (d:-1)', ['a*1.25', ', *1', 'b*0.5', ', *1', 'c*2', ', *1', 'd*-1']],
    ['nested weights, which multiply', '(a (b:2) [c]:1.5)', ['a *1.5', 'b*3', ' *1.5', 'c*1.3636']],
    ['a backslash before a backslash', 'a\\\\(b)', ['a\\*1', 'b*1.1']],
    ['a backslash before anything else as text', 'C:\\dir', ['C:\\dir*1']],
    ['groups with nothing in them as nothing', 'a()[](:3)b', ['ab*1']],
    ['neighbours of one weight as one piece', '[(a)] b (c:1)', ['a b c*1']],
  ])('reads %s', (_, prompt, pieces) => {
    expect(read(prompt)).toEqual(pieces);
  });

  test.each([
    ['an opening bracket alone', '(a b', ['(a b*1']],
    ['a closing bracket alone', 'a) b]', ['a) b]*1']],
    ['a smile', 'a face :) and :( (red)', ['a face :) and :( *1', 'red*1.1']],
    ['a weight without brackets', 'ratio 16:9)', ['ratio 16:9)*1']],
    ['a weight in square brackets', '[a:1.5]', ['a:1.5*0.9091']],
    ['a bracket that another one encloses', '(a [b) c]', ['a [b*1.1', ' c]*1']],
    ['a colon without a number', '(a:b) (c:) (d:1.2.3)', ['a:b*1.1', ' *1', 'c:*1.1', ' *1', 'd:1.2.3*1.1']],
    ["A1111's scheduling, but for its brackets", '[cat:dog:0.5]', ['cat:dog:0.5*0.9091']],
  ])('takes %s for text', (_, prompt, pieces) => {
    expect(read(prompt)).toEqual(pieces);
  });

  test('begins a new chunk at BREAK, inside groups too, and only where it is a word of its own in capitals', () => {
    expect(read('a BREAK b')).toEqual(['a *1', '|', ' b*1']);
    expect(read('(a BREAK b:2)')).toEqual(['a *2', '|', ' b*2']);
    expect(read('a break, BREAKFAST, ÉBREAK, BREAK_IN')).toEqual(['a break, BREAKFAST, ÉBREAK, BREAK_IN*1']);
  });

  test('keeps weights within what can be painted', () => {
    expect(read('(a:99999)(b:-99999)')).toEqual(['a*10', 'b*-10']);
    expect(read(`${'('.repeat(500)}a${')'.repeat(500)}`)).toEqual(['a*10']);
    expect(read(`(a:${'9'.repeat(400)})`)).toEqual(['a*10']);
  });

  test('knows where each character was typed, escapes with their backslash', () => {
    const prompt = 'a \\(b\\) (c:1.3)';
    const [first, second] = parseWeights(prompt).flatMap((piece) => (piece.kind === 'text' ? [piece] : []));
    expect(first?.text).toBe('a (b) ');
    expect(first?.starts.map((start, i) => prompt.slice(start, first.ends[i]))).toEqual(['a', ' ', '\\(', 'b', '\\)', ' ']);
    expect(prompt.slice(second?.starts[0], second?.ends[0])).toBe('c');
  });
});
