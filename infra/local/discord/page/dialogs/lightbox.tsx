import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { Dialog } from './dialog.tsx';

/** A picture as the lightbox shows it. */
export interface ShownPicture {
  readonly url: string;
  readonly alt: string;
  readonly name: string;
}

/** Opens the lightbox on one of several pictures. */
export const LightboxContext = createContext<(pictures: readonly ShownPicture[], index: number) => void>(() => {});

/** The function that opens the lightbox. */
export function useLightbox(): (pictures: readonly ShownPicture[], index: number) => void {
  return useContext(LightboxContext);
}

/** Pictures in full: arrows move among them, Esc closes. */
export function Lightbox({ pictures, first, onClose }: { readonly pictures: readonly ShownPicture[]; readonly first: number; readonly onClose: () => void }) {
  const [index, setIndex] = useState(first);
  const picture = pictures[index];
  if (picture === undefined) return null;
  const several = pictures.length > 1;
  const go = (by: number): void => setIndex((index + by + pictures.length) % pictures.length);
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') go(1);
    if (event.key === 'ArrowLeft') go(-1);
  };
  return (
    <Dialog label={several ? `Picture ${index + 1} of ${pictures.length}` : 'Picture'} kind="lightbox" onClose={onClose}>
      <div class="lightbox-frame" onKeyDown={key} onClick={(event) => event.target === event.currentTarget && onClose()}>
        <img src={picture.url} alt={picture.alt === '' ? picture.name : picture.alt} />
        <div class="lightbox-bar">
          <p aria-live="polite">
            {several && <span class="counter">{index + 1} / {pictures.length}</span>}
            {picture.alt}
          </p>
          <a class="icon-button" href={picture.url} target="_blank" rel="noopener noreferrer" aria-label="Open in a new tab" title="Open in a new tab"><Icon name="out" /></a>
          <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onClick={onClose}><Icon name="close" /></button>
        </div>
        {several && <button type="button" class="lightbox-step before" aria-label="Previous picture" onClick={() => go(-1)}><Icon name="left" size={28} /></button>}
        {several && <button type="button" class="lightbox-step after" aria-label="Next picture" onClick={() => go(1)}><Icon name="right" size={28} /></button>}
      </div>
    </Dialog>
  );
}
