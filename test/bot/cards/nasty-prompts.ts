import { MAX_PROMPT_LENGTH } from '../../../core/limits.ts';

/** What people will type to ping, to link, to break out of the card, or just because their language has it. */
export const NASTY_PROMPTS: readonly string[] = [
  '@everyone @here <@500000000000000009> <@&600000000000000009> <#700000000000000009>',
  '```\n# I am out\n[free nitro](https://evil.example)\n```',
  '``` `` ` ````` ```js\nalert(1)\n```',
  'a house`',
  'a house``',
  '`',
  '[click me](https://evil.example) https://evil.example <https://evil.example>',
  '||spoiler|| **bold** __under__ ~~gone~~ # heading\n> quote\n-# small\n- list\n1. list',
  '<t:0:R> </imagine:1> <:a:1> <a:b:2> <id:customize>',
  'js\nalert(1)',
  '\u202Eesrever\u202C and \u200B zero width',
  '家 👩‍👩‍👧‍👦 é ﷽ Ω≈ç√∫˜µ≤≥÷',
  'x'.repeat(MAX_PROMPT_LENGTH),
  '`'.repeat(MAX_PROMPT_LENGTH),
  '*'.repeat(MAX_PROMPT_LENGTH - 3) + '```',
  '😀'.repeat(MAX_PROMPT_LENGTH / 2),
];
