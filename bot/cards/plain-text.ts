/** What people wrote, made safe to show: it cannot ping, link, or change the look of what surrounds it. */
import { MAX_ALT_TEXT_LENGTH } from './card.ts';

const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** Escapes all of Discord's markdown, mentions, timestamps and links; the text reads, and copies, as it was written. */
export function escapeMarkdown(text: string): string {
  return text.replace(ASCII_PUNCTUATION, String.raw`\$&`);
}

/**
 * A prompt in a code block, so that it can be copied exactly. Only three backticks can end a code block, and Discord has
 * no longer fence: a prompt that holds them is shown escaped instead. At most `2 × length + 8` characters.
 */
export function promptBlock(prompt: string): string {
  if (prompt.includes('```')) return escapeMarkdown(prompt);
  // The line break after the fence keeps the prompt's first line from being taken for the name of a language.
  return `\`\`\`\n${prompt}\n\`\`\``;
}

/** Cuts to at most `max` UTF-16 units, ending in an ellipsis, and never in the middle of a character. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = max - 1;
  const last = text.charCodeAt(end - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  if (splitsPair) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Line breaks, control characters and marks that turn the direction of writing: the text encoders have no use for them, mischief has. */
const CONTROL = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** A text on one line, each character whole. */
export function oneLine(text: string): string {
  // Half a surrogate pair would not survive the way to the queue.
  return text.replaceAll(CONTROL, ' ').replaceAll(/\s+/gu, ' ').trim().replaceAll(/\p{Surrogate}/gu, '\u{FFFD}');
}

/** As many of the lines as fit into `max` characters, and how many are left out; never a line cut in two, and what stands in it with it. */
export function linesThatFit(lines: readonly string[], max: number, separator = '\n'): string {
  const roomForMore = `${separator}… and ${lines.length} more`.length;
  let length = 0;
  const shown = lines.filter((line) => (length += line.length + separator.length) <= max - roomForMore);
  return [...shown, ...(shown.length < lines.length ? [`… and ${lines.length - shown.length} more`] : [])].join(separator);
}

/** What a screen reader says for a picture, from the words it was painted from. */
export function altText(prompt: string, index: number, count: number): string {
  const which = count > 1 ? `Generated picture ${index + 1} of ${count}` : 'Generated picture';
  return shorten(`${which}: ${prompt}`, MAX_ALT_TEXT_LENGTH);
}
