import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Inline } from '../../../../../infra/local/discord/page/markdown/nodes.ts';
import { formatTime } from '../../../../../infra/local/discord/page/markdown/format-time.ts';
import { parseBlocks } from '../../../../../infra/local/discord/page/markdown/parse-blocks.ts';
import { parseInline } from '../../../../../infra/local/discord/page/markdown/parse-inline.ts';

/** The tree as one line: `strong(bold) plain`. */
function sketch(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'code' || node.kind === 'emoji' || node.kind === 'everyone') return `${node.kind}(${node.text})`;
      if (node.kind === 'link') return `link[${node.url}](${sketch(node.children)})`;
      if ('children' in node) return `${node.kind}(${sketch(node.children)})`;
      if ('id' in node) return `${node.kind}(${node.id})`;
      return node.kind === 'time' ? `time(${node.seconds} ${node.style})` : `${node.kind}(${node.name})`;
    })
    .join('');
}

function sketchBlocks(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'code') return `code:${block.language}(${block.text})`;
      if (block.kind === 'quote') return `quote(${sketchBlocks(block.blocks)})`;
      if (block.kind === 'list') return `${block.start === null ? 'ul' : `ol${block.start}`}(${block.items.map(sketchBlocks).join(' | ')})`;
      return block.kind === 'heading' ? `h${block.level}(${sketch(block.children)})` : `${block.kind}(${sketch(block.children)})`;
    })
    .join(' ');
}

describe('inline markdown', () => {
  it.each([
    ['**bold** *it* _it_ __under__ ~~gone~~ ||secret||', 'strong(bold) emphasis(it) emphasis(it) underline(under) strike(gone) spoiler(secret)'],
    ['***both***', 'strong(emphasis(both))'],
    ['*a **b***', 'emphasis(a strong(b))'],
    ['**a *b***', 'strong(a emphasis(b))'],
    ['`**code**` and ``a ` b``', 'code(**code**) and code(a ` b)'],
    ['<@12> <@!12> <@&34> <#56> </imagine:78> <:name:90>', 'user(12) user(12) role(34) channel(56) command(imagine) custom-emoji(name)'],
    ['<t:1700000000:R> <t:1700000000>', 'time(1700000000 R) time(1700000000 f)'],
    ['@everyone and @here', 'everyone(@everyone) and everyone(@here)'],
    ['✨ 1️⃣ but 12 © and ™ are text', 'emoji(✨) emoji(1️⃣) but 12 © and ™ are text'],
    ['see https://example.com/a_b?c=(d), or (https://example.com).', 'see link[https://example.com/a_b?c=(d)](https://example.com/a_b?c=(d)), or (link[https://example.com/](https://example.com)).'],
    ['[the **docs**](https://example.com)', 'link[https://example.com/](the strong(docs))'],
    ['[https://bank.example](https://thief.example)', '[link[https://bank.example/](https://bank.example)](link[https://thief.example/](https://thief.example))'],
    ['<https://example.com>', 'link[https://example.com/](https://example.com)'],
  ])('reads %s', (source, tree) => {
    expect(sketch(parseInline(source))).toBe(tree);
  });

  it.each([
    ['snake_case_name', 'words with underscores'],
    ['2 * 3 * 4', 'a multiplication'],
    ['**open', 'what is never closed'],
    ['** **', 'nothing but space'],
    ['[bank.example](https://thief.example)', 'a link that shows another address'],
    ['[ｈttps://bank](https://thief.example)', 'the same in full-width letters'],
    ['[click](javascript:alert(1))', 'a script for an address'],
    ['[click](data:text/html,x)', 'data for an address'],
    ['[click](https://user:secret@example.com)', 'a user name in an address'],
    ['<t:99999999999999:R>', 'a moment that no calendar holds'],
    ['<script>alert(1)</script>', 'HTML'],
  ])('leaves %s alone: %s', (source) => {
    expect(sketch(parseInline(source)).replace(/link\[[^\]]*\]\(([^)]*)\)/g, '$1')).toBe(source);
  });

  it('shows escaped marks as they are', () => {
    expect(sketch(parseInline(String.raw`\*\*no\*\* \<\@12\> \[a\]\(https\:\/\/example\.com\)`))).toBe('**no** <@12> [a](https://example.com)');
  });

  it('never nests a link in a link', () => {
    const [link] = parseInline('[a **https://one.example** b](https://two.example)');
    expect(link?.kind).not.toBe('link');
    expect(sketch(parseInline('[a **b** <https://one.example>](https://two.example)'))).not.toContain('link[https://two.example/](a strong(b) link');
  });
});

describe('block markdown', () => {
  it.each([
    ['# One\n## Two\n### Three\n-# small\ntext', 'h1(One) h2(Two) h3(Three) subtext(small) paragraph(text)'],
    ['> a\n> **b**\nc', 'quote(paragraph(a\nstrong(b))) paragraph(c)'],
    ['a\n>>> b\n\nc', 'paragraph(a) quote(paragraph(b\n\nc))'],
    ['- a\n- b\n  - c\n1. d\n2. e', 'ul(paragraph(a) | paragraph(b) ul(paragraph(c))) ol1(paragraph(d) | paragraph(e))'],
    ['before ```ts\nconst a = "**";\n``` after', 'paragraph(before ) code:ts(const a = "**";) paragraph( after)'],
    ['```\na red house\n```', 'code:(a red house)'],
    ['#no heading\n-no list', 'paragraph(#no heading\n-no list)'],
  ])('reads %j', (source, tree) => {
    expect(sketchBlocks(parseBlocks(source))).toBe(tree);
  });
});

describe('any text at all', () => {
  const marks = fc.array(fc.constantFrom('*', '**', '_', '__', '~~', '||', '`', '```', '\n', '> ', '>>> ', '- ', '  - ', '1. ', '# ', '-# ', '[', '](', ')', '<', '>', '<t:', ':R>', '@everyone', 'https://', 'javascript:', '\\', 'a', ' ', '✨', '<@1>'), { maxLength: 80 }).map((parts) => parts.join(''));

  it('is read without failing, and links lead to the web alone', () => {
    const links = (value: unknown): readonly string[] => {
      if (Array.isArray(value)) return value.flatMap(links);
      if (typeof value !== 'object' || value === null) return [];
      return [...('url' in value && typeof value.url === 'string' ? [value.url] : []), ...Object.values(value).flatMap(links)];
    };
    fc.assert(
      fc.property(marks, (text) => {
        for (const url of links(parseBlocks(text))) expect(url).toMatch(/^https?:\/\//);
      }),
      { numRuns: 500 },
    );
  });

  it.each([['*'], ['**a'], ['`'], ['` `` '], ['* ` '], ['[a]('], ['||'], ['> '], ['<t:1'], ['```a'], ['_*'], ['- \n ']])('of 6,000 characters of %j takes well under a second', (part) => {
    const began = performance.now();
    parseBlocks(part.repeat(Math.ceil(6000 / part.length)).slice(0, 6000));
    expect(performance.now() - began).toBeLessThan(800);
  });
});

describe('a relative moment', () => {
  const now = 1_700_000_000_000;
  it.each([
    [90, 'in 2 minutes'],
    [-5, '5 seconds ago'],
    [5 * 3600 - 1, 'in 5 hours'],
    [3590, 'in 1 hour'],
    [-86_400 * 3, '3 days ago'],
  ])('%d seconds away is told as "%s"', (away, words) => {
    expect(formatTime(now / 1000 + away, 'R', now)).toBe(words);
  });
});
