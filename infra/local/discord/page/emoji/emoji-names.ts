/** What the reaction picker offers first, in Refinery's order, with the names that it is searched by. */
export const OFFERED: readonly (readonly [emoji: string, name: string])[] = [
  ['✨', 'sparkles'],
  ['🔁', 'repeat'],
  ['🎨', 'art'],
  ['🔍', 'magnifying glass'],
  ['1️⃣', 'one'],
  ['2️⃣', 'two'],
  ['3️⃣', 'three'],
  ['4️⃣', 'four'],
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['😄', 'smile'],
  ['😂', 'joy'],
  ['🎉', 'party'],
  ['🔥', 'fire'],
  ['👀', 'eyes'],
  ['👎', 'thumbs down'],
  ['✏️', 'pencil'],
  ['🗑️', 'wastebasket'],
  ['📩', 'envelope'],
  ['🚩', 'triangular flag'],
  ['❌', 'cross mark'],
  ['✅', 'check mark'],
  ['⏳', 'hourglass'],
  ['🎲', 'die'],
  ['🖼️', 'framed picture'],
];

const NAMES = new Map(OFFERED.map(([emoji, name]) => [emoji.replaceAll('\u{fe0f}', ''), name]));

/** The name of an emoji that is offered here, else the emoji itself, which screen readers know how to say. */
export function emojiName(emoji: string): string {
  return NAMES.get(emoji.replaceAll('\u{fe0f}', '')) ?? emoji;
}
