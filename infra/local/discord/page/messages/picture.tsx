import type { APIAttachment } from 'discord-api-types/v10';
import { useState } from 'preact/hooks';

const LARGEST_WIDTH = 550;
const LARGEST_HEIGHT = 400;

interface PictureProps {
  readonly attachment: APIAttachment;
  readonly url: string;
  readonly alone: boolean;
  /** A spoiler that nobody has uncovered yet. */
  readonly covered: boolean;
  /** Pressed: to be uncovered, or to be seen in full. */
  readonly onPress: () => void;
}

/** One picture of a gallery; its place is held before it has loaded. Of a covered one nothing is told but that it is a spoiler. */
export function Picture({ attachment, url, alone, covered, onPress }: PictureProps) {
  const [altShown, setAltShown] = useState(false);
  const alt = attachment.description ?? '';
  const name = alt === '' ? attachment.filename : alt;
  return (
    <figure class={covered ? 'picture covered' : 'picture'} style={alone ? frame(attachment) : {}}>
      <button
        type="button"
        class="picture-button"
        title={alt === '' || covered ? undefined : alt}
        aria-label={covered ? 'Spoiler: show the picture' : `Enlarge: ${name}`}
        onClick={onPress}
      >
        <img src={url} alt={covered ? '' : name} loading="lazy" decoding="async" />
        {covered && <span class="cover">Spoiler</span>}
      </button>
      {alt !== '' && !covered && (
        <button type="button" class="alt-badge" aria-expanded={altShown} aria-label="Description" title={alt} onClick={() => setAltShown(!altShown)}>ALT</button>
      )}
      {altShown && <figcaption>{alt}</figcaption>}
    </figure>
  );
}

/** The size that a picture on its own gets, in CSS pixels: its own, or shrunk into Discord's frame. */
function frame({ width, height }: APIAttachment): { readonly width?: string; readonly aspectRatio?: string } {
  if (typeof width !== 'number' || typeof height !== 'number') return {};
  const shrink = Math.min(1, LARGEST_WIDTH / width, LARGEST_HEIGHT / height);
  return { width: `${Math.round(width * shrink)}px`, aspectRatio: `${width} / ${height}` };
}
