import type { PictureStore } from '../../core/picture-store.ts';
import type { FinishedPicture } from '../painting/paint-job.ts';

/** A link is as good as the credentials that signed it: a role's are new every few hours, so that a day is the most to promise. */
const LINK_SECONDS = 24 * 3600;
/** An embed's field takes 1,024 characters. */
const LONGEST_LINK = 900;
const LOOPBACK = /^(?:localhost|127\.|\[::1\])/;

/** For each picture, where its lossless file is, if what is posted is a smaller one. None where nobody else could open it: a store on this machine alone. */
export async function fullSizeLinks(store: Pick<PictureStore, 'link'>, pictures: readonly Pick<FinishedPicture, 'stored'>[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    pictures.map(async ({ stored }) => {
      if (stored.fullKey === undefined) return undefined;
      const link = await store.link(stored.fullKey, LINK_SECONDS);
      return link.length > LONGEST_LINK || LOOPBACK.test(new URL(link).host) ? undefined : link;
    }),
  );
}
