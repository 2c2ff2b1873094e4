import { Emoji } from './emoji.tsx';
import { findEmoji } from './find-emoji.ts';

/** Text in which nothing but emojis is drawn: footers and authors of embeds, which take no markdown. */
export function TextWithEmoji({ text }: { readonly text: string }) {
  return splitEmoji(text).map((part, index) => (index % 2 === 1 ? <Emoji key={index} text={part} /> : part));
}

/** Text, emoji, text, emoji … */
function splitEmoji(text: string): readonly string[] {
  const parts = [''];
  for (let at = 0; at < text.length; ) {
    const emoji = findEmoji(text, at);
    if (emoji === undefined) {
      parts.push(`${parts.pop() ?? ''}${text[at] ?? ''}`);
      at += 1;
    } else {
      parts.push(emoji, '');
      at += emoji.length;
    }
  }
  return parts;
}
