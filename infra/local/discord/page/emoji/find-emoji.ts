// The `v` flag is newer than the compiler's target, hence no literal. https://tc39.es/ecma262/#sec-compileunicodesets
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}|[0-9#*]\u20e3`, 'vy');
const ONLY_EMOJI = new RegExp(String.raw`^(?:\s|\p{RGI_Emoji})+$`, 'v');

/** The emoji that begins at this index, if one does. Plain digits, ©, ™ and the like are text. */
export function findEmoji(text: string, at: number): string | undefined {
  if (text.charCodeAt(at) < 0x2000 && text.charCodeAt(at + 1) !== 0xfe0f && text.charCodeAt(at + 1) !== 0x20e3) return undefined;
  EMOJI.lastIndex = at;
  return EMOJI.exec(text)?.[0];
}

/** Whether a message is nothing but a few emojis, which are then shown large. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 120 && text.trim() !== '' && ONLY_EMOJI.test(text);
}
