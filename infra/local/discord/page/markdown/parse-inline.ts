import { findEmoji } from '../emoji/find-emoji.ts';
import type { Inline, TimeStyle, Wrapping } from './nodes.ts';
import { looksLikeAddress, safeUrl } from './safe-url.ts';

interface Wrap {
  readonly marker: string;
  readonly kind: Wrapping;
}

// Longer markers first: `**` must be tried before `*`.
const WRAPS: readonly Wrap[] = [
  { marker: '**', kind: 'strong' },
  { marker: '__', kind: 'underline' },
  { marker: '~~', kind: 'strike' },
  { marker: '||', kind: 'spoiler' },
  { marker: '*', kind: 'emphasis' },
  { marker: '_', kind: 'emphasis' },
];

/** Text nested deeper stays plain: enough for any message, and a bound on the work that hostile text can ask for. */
const DEEPEST = 8;

interface Within {
  readonly depth: number;
  /** Inside a link there is no other. */
  readonly link: boolean;
}

interface Found {
  readonly node: Inline;
  readonly end: number;
}

/** Discord's inline markdown. Whatever is not well formed stays as it was typed. https://support.discord.com/hc/en-us/articles/210298617 */
export function parseInline(source: string, within: Within = { depth: 0, link: false }): readonly Inline[] {
  const nodes: Inline[] = [];
  let plain = '';
  let at = 0;
  const flush = (): void => {
    if (plain !== '') nodes.push({ kind: 'text', text: plain });
    plain = '';
  };
  while (at < source.length) {
    if (source[at] === '\\' && /[^\p{L}\p{N}\s]/u.test(source[at + 1] ?? '')) {
      plain += source[at + 1];
      at += 2;
      continue;
    }
    const found = nodeAt(source, at, within);
    if (found === undefined) {
      plain += source[at];
      at += 1;
      continue;
    }
    flush();
    nodes.push(found.node);
    at = found.end;
  }
  flush();
  return nodes;
}

function nodeAt(source: string, at: number, within: Within): Found | undefined {
  switch (source[at]) {
    case '`':
      return codeAt(source, at);
    case '<':
      return angleAt(source, at, within);
    case '[':
      return within.depth < DEEPEST && !within.link ? maskedLinkAt(source, at, within) : undefined;
    case '@':
      return everyoneAt(source, at);
    case 'h':
      return within.link ? undefined : bareLinkAt(source, at);
    case '*':
    case '_':
    case '~':
    case '|':
      return within.depth < DEEPEST ? wrappedAt(source, at, within) : undefined;
    default:
      return emojiAt(source, at);
  }
}

function codeAt(source: string, at: number): Found | undefined {
  const fence = matchAt(/`+/y, source, at)?.[0] ?? '';
  let close = source.indexOf(fence, at + fence.length);
  while (close !== -1 && (source[close + fence.length] === '`' || source[close - 1] === '`')) close = source.indexOf(fence, close + 1);
  if (close === -1) return undefined;
  return { node: { kind: 'code', text: source.slice(at + fence.length, close).trim() }, end: close + fence.length };
}

function angleAt(source: string, at: number, within: Within): Found | undefined {
  const match = matchAt(/<(?:(@!?|@&|#)(\d{1,20})|\/([-_\p{L}\p{N} ]{1,100}):\d{1,20}|t:(-?\d{1,13})(?::([tTdDfFR]))?|a?:(\w{2,32}):\d{1,20}|(https?:\/\/[^\s<>]+))>/uy, source, at);
  if (match === null) return undefined;
  const [all, sigil, id, command, seconds, style, emoji, address] = match;
  const end = at + all.length;
  if (sigil !== undefined && id !== undefined) return { node: { kind: sigil === '#' ? 'channel' : sigil === '@&' ? 'role' : 'user', id }, end };
  if (command !== undefined) return { node: { kind: 'command', name: command }, end };
  if (emoji !== undefined) return { node: { kind: 'custom-emoji', name: emoji }, end };
  if (seconds !== undefined) {
    // Date holds ±8.64e12 seconds; beyond, Discord too shows what was typed.
    return Math.abs(Number(seconds)) <= 8.64e12 ? { node: { kind: 'time', seconds: Number(seconds), style: timeStyle(style) }, end } : undefined;
  }
  const url = within.link ? undefined : safeUrl(address ?? '');
  return url === undefined ? undefined : { node: { kind: 'link', url, masked: false, children: [{ kind: 'text', text: address ?? '' }] }, end };
}

function timeStyle(letter: string | undefined): TimeStyle {
  return letter === 't' || letter === 'T' || letter === 'd' || letter === 'D' || letter === 'F' || letter === 'R' ? letter : 'f';
}

function maskedLinkAt(source: string, at: number, within: Within): Found | undefined {
  const match = matchAt(/\[((?:\\.|[^[\]\\]){1,300})\]\(<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?: "[^"\n]*")?\)/uy, source, at);
  const [all, text, address] = match ?? [];
  if (all === undefined || text === undefined || address === undefined) return undefined;
  const url = safeUrl(address);
  if (url === undefined || looksLikeAddress(text)) return undefined;
  const children = parseInline(text, { depth: within.depth + 1, link: true });
  return { node: { kind: 'link', url, masked: true, children }, end: at + all.length };
}

function bareLinkAt(source: string, at: number): Found | undefined {
  const match = matchAt(/https?:\/\/[^\s<>|[\]]+/y, source, at);
  if (match === null) return undefined;
  // Punctuation that ends the sentence is not the address's, nor a bracket that it does not open.
  let address = match[0].replace(/[.,:;"'*_~!?]+$/, '');
  if (address.endsWith(')') && !address.includes('(')) address = address.slice(0, -1);
  const url = safeUrl(address);
  return url === undefined ? undefined : { node: { kind: 'link', url, masked: false, children: [{ kind: 'text', text: address }] }, end: at + address.length };
}

function everyoneAt(source: string, at: number): Found | undefined {
  for (const text of ['@everyone', '@here'] as const) {
    if (source.startsWith(text, at)) return { node: { kind: 'everyone', text }, end: at + text.length };
  }
  return undefined;
}

function wrappedAt(source: string, at: number, within: Within): Found | undefined {
  for (const { marker, kind } of WRAPS) {
    if (!source.startsWith(marker, at)) continue;
    const inside = at + marker.length;
    const close = findClose(source, inside, marker);
    if (close === undefined || source.slice(inside, close).trim() === '') continue;
    if (marker.length === 1 && !mayEmphasise(source, at, close, marker)) continue;
    return { node: { kind, children: parseInline(source.slice(inside, close), { ...within, depth: within.depth + 1 }) }, end: close + marker.length };
  }
  return undefined;
}

/** `*` wants no space inside its ends; `_` wants no word outside them, so that snake_case_names stay whole. */
function mayEmphasise(source: string, open: number, close: number, marker: string): boolean {
  if (marker === '*') return /\S/.test(source[open + 1] ?? ' ') && /\S/.test(source[close - 1] ?? ' ');
  return !/[\p{L}\p{N}]/u.test(source[open - 1] ?? ' ') && !/[\p{L}\p{N}]/u.test(source[close + 1] ?? ' ');
}

function findClose(source: string, from: number, marker: string): number | undefined {
  const letter = marker.charAt(0);
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') {
      at += 1;
    } else if (source[at] === '`') {
      const code = codeAt(source, at);
      if (code !== undefined) at = code.end - 1;
    } else if (source[at] === letter) {
      let run = 1;
      while (source[at + run] === letter) run += 1;
      // `**` inside `*…*` opens or closes something else; `***` closes both.
      if (run === marker.length || run > 2) return at + (marker.length === 2 && run > 2 ? run - 2 : 0);
      if (marker.length === 1) {
        const inner = findClose(source, at + run, letter.repeat(run));
        if (inner === undefined) return undefined;
        if (source[inner - 1] === letter) return inner + 1;
        at = inner + run - 1;
      }
    }
  }
  return undefined;
}

function emojiAt(source: string, at: number): Found | undefined {
  const text = findEmoji(source, at);
  return text === undefined ? undefined : { node: { kind: 'emoji', text }, end: at + text.length };
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
