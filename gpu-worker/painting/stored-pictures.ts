import type { StoredPicture } from '../../core/ledger/row.ts';
import type { PictureStore } from '../../core/picture-store.ts';
import type { PictureFile } from '../delivery/encode-picture.ts';
import type { FinishedPicture } from './paint-job.ts';

const CONTENT_TYPES: Readonly<Record<PictureFile['extension'], PictureFile['contentType']>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
};

/** Reads back the files of pictures that an earlier worker painted and stored. @throws {MissingObject} */
export async function readStoredPictures(store: PictureStore, pictures: readonly StoredPicture[]): Promise<readonly FinishedPicture[]> {
  return Promise.all(
    pictures.map(async (stored) => {
      return { stored, file: { bytes: await store.get(stored.key), ...fileOfKey(stored.key) } };
    }),
  );
}

/** What kind of file a key of ours names. */
export function fileOfKey(key: string): Pick<PictureFile, 'extension' | 'contentType'> {
  const extension = extensionOf(key);
  return { extension, contentType: CONTENT_TYPES[extension] };
}

function extensionOf(key: string): PictureFile['extension'] {
  const extension = key.slice(key.lastIndexOf('.') + 1);
  if (extension === 'webp' || extension === 'jpg') return extension;
  return 'png';
}
