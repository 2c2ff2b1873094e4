import type { APIAttachment } from 'discord-api-types/v10';
import { useState } from 'preact/hooks';
import { useLightbox } from '../dialogs/lightbox.tsx';
import { Icon } from '../parts/icon.tsx';
import { pictureUrl } from '../parts/picture-url.ts';
import { Picture } from './picture.tsx';

/** A message's files: pictures as a gallery, spoilers covered until they are pressed, others as cards to download. */
export function Attachments({ attachments }: { readonly attachments: readonly APIAttachment[] }) {
  const openLightbox = useLightbox();
  const [uncovered, setUncovered] = useState<ReadonlySet<string>>(new Set());
  const isCovered = ({ id, filename }: APIAttachment) => filename.startsWith('SPOILER_') && !uncovered.has(id);
  const pictures = attachments.flatMap((attachment) => {
    const url = isPicture(attachment) ? pictureUrl(attachment.url) : undefined;
    return url === undefined ? [] : [{ attachment, url }];
  });
  const press = (pressed: APIAttachment): void => {
    if (isCovered(pressed)) return setUncovered(new Set([...uncovered, pressed.id]));
    // The lightbox goes on from one to the next: not to what is covered.
    const open = pictures.filter(({ attachment }) => !isCovered(attachment));
    const shown = open.map(({ attachment, url }) => ({ url, alt: attachment.description ?? '', name: attachment.filename }));
    openLightbox(shown, open.findIndex(({ attachment }) => attachment.id === pressed.id));
  };
  const files = attachments.filter((attachment) => !isPicture(attachment));
  return (
    <>
      {pictures.length > 0 && (
        <div class={`gallery of-${Math.min(pictures.length, 5)}`} role="group" aria-label={pictures.length === 1 ? 'Picture' : `${pictures.length} pictures`}>
          {pictures.map(({ attachment, url }) => (
            <Picture key={attachment.id} attachment={attachment} url={url} alone={pictures.length === 1} covered={isCovered(attachment)} onPress={() => press(attachment)} />
          ))}
        </div>
      )}
      {files.map((file) => (
        <a key={file.id} class="file-card" href={pictureUrl(file.url) ?? '#'} download={file.filename} target="_blank" rel="noopener noreferrer">
          <Icon name="file" size={28} />
          <span>
            <span class="file-name">{file.filename}</span>
            <span class="file-size">{formatBytes(file.size)}</span>
          </span>
        </a>
      ))}
    </>
  );
}

function isPicture({ content_type: type, filename }: APIAttachment): boolean {
  return type === undefined ? /\.(png|jpe?g|gif|webp|avif)$/i.test(filename) : /^image\/(png|jpeg|gif|webp|avif)/.test(type);
}

/** `1.4 MB`, in units of 1024 as Discord counts. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
