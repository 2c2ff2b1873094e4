import type { Block } from './nodes.ts';
import { parseInline } from './parse-inline.ts';

const FENCE = /```(?:([\w+.#-]{1,20})\n)?\n*([\s\S]+?)\n*```\n?/g;
const LIST_ITEM = /^( *)(?:[-*]|(\d{1,9})\.) +(\S.*)$/;
const DEEPEST = 4;

/** Discord's block markdown: headings, -# subtext, quotes, lists, code blocks, and paragraphs that keep their line breaks. */
export function parseBlocks(source: string, depth = 0): readonly Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const fence of source.matchAll(FENCE)) {
    const before = source.slice(from, fence.index);
    const quoteAt = before.search(/^>>> /m);
    // `>>> ` quotes all that follows, code blocks included.
    if (quoteAt !== -1) return [...blocks, ...parseLines(source.slice(from), depth)];
    blocks.push(...parseLines(before, depth), { kind: 'code', language: fence[1] ?? '', text: fence[2] ?? '' });
    from = fence.index + fence[0].length;
  }
  return [...blocks, ...parseLines(source.slice(from), depth)];
}

function parseLines(source: string, depth: number): readonly Block[] {
  const lines = source.split('\n');
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    const text = paragraph.join('\n').replace(/^\n+|\n+$/g, '');
    if (text.trim() !== '') blocks.push({ kind: 'paragraph', children: parseInline(text) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const block = depth < DEEPEST ? blockAt(lines, at, depth) : undefined;
    if (block === undefined) {
      paragraph.push(line);
      continue;
    }
    endParagraph();
    blocks.push(block.block);
    at += block.lines - 1;
  }
  endParagraph();
  return blocks;
}

function blockAt(lines: readonly string[], at: number, depth: number): { readonly block: Block; readonly lines: number } | undefined {
  const line = lines[at] ?? '';
  if (line.startsWith('>>> ')) {
    return { block: { kind: 'quote', blocks: parseBlocks(lines.slice(at).join('\n').slice(4), depth + 1) }, lines: lines.length - at };
  }
  if (line.startsWith('> ')) {
    const quoted = takeWhile(lines, at, (candidate) => candidate.startsWith('> ') || candidate === '>');
    return { block: { kind: 'quote', blocks: parseBlocks(quoted.map((text) => text.slice(2)).join('\n'), depth + 1) }, lines: quoted.length };
  }
  const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
  if (heading !== null) return { block: { kind: 'heading', level: headingLevel(heading[1] ?? ''), children: parseInline(heading[2] ?? '') }, lines: 1 };
  const subtext = /^-# +(\S.*)$/.exec(line);
  if (subtext !== null) return { block: { kind: 'subtext', children: parseInline(subtext[1] ?? '') }, lines: 1 };
  if (LIST_ITEM.test(line)) {
    const listed = takeWhile(lines, at, (candidate) => belongsToList(candidate, line));
    return { block: parseList(listed, depth), lines: listed.length };
  }
  return undefined;
}

/** Bullets and numbers at the same depth are two lists; what is indented belongs to the item above. */
function belongsToList(line: string, first: string): boolean {
  const [, indent = '', number] = LIST_ITEM.exec(line) ?? [];
  const [, firstIndent = '', firstNumber] = LIST_ITEM.exec(first) ?? [];
  if (!LIST_ITEM.test(line) || indent.length > firstIndent.length) return /^ {2,}\S/.test(line) || LIST_ITEM.test(line);
  return (number === undefined) === (firstNumber === undefined);
}

function headingLevel(hashes: string): 1 | 2 | 3 {
  if (hashes.length === 1) return 1;
  return hashes.length === 2 ? 2 : 3;
}

/** Lines of one list; what is indented deeper than its first item belongs to the item above. */
function parseList(lines: readonly string[], depth: number): Block {
  const [, firstIndent = '', firstNumber] = LIST_ITEM.exec(lines[0] ?? '') ?? [];
  const items: string[][] = [];
  for (const line of lines) {
    const [, indent = '', , text = ''] = LIST_ITEM.exec(line) ?? [];
    const item = items.at(-1);
    if (item === undefined || (LIST_ITEM.test(line) && indent.length <= firstIndent.length)) items.push([text]);
    else item.push(line.slice(Math.min(firstIndent.length + 2, line.length - line.trimStart().length)));
  }
  return {
    kind: 'list',
    start: firstNumber === undefined ? null : Number(firstNumber),
    items: items.map((item) => parseLines(item.join('\n'), depth + 1)),
  };
}

function takeWhile(lines: readonly string[], from: number, belongs: (line: string) => boolean): readonly string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !belongs(line));
  return end === -1 ? rest : rest.slice(0, end);
}
