import { DRAWINGS, keycapDrawing } from './drawings.ts';
import { emojiName } from './emoji-names.ts';

/** One emoji, as our own drawing or in the system's font; read out by its name. */
export function Emoji({ text, silent = false }: { readonly text: string; /** What holds it has a label of its own. */ readonly silent?: boolean }) {
  const source = drawingUrl(text);
  if (source !== undefined) return <img class="emoji" src={source} alt={silent ? '' : text} title={silent ? undefined : emojiName(text)} draggable={false} />;
  return silent ? (
    <span class="emoji-text" aria-hidden="true">{text}</span>
  ) : (
    <span class="emoji-text" role="img" aria-label={emojiName(text)}>{text}</span>
  );
}

function drawingUrl(text: string): string | undefined {
  const plain = text.replaceAll('\u{fe0f}', '');
  const keycap = /^([0-9#*])\u{20e3}$/u.exec(plain)?.[1];
  const drawing = keycap === undefined ? DRAWINGS[plain] : keycapDrawing(keycap);
  return drawing === undefined ? undefined : `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">${drawing}</svg>`)}`;
}
