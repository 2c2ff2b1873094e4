import type { Upload } from '../../bot/rest/discord.ts';
import type { Work } from '../../core/job.ts';
import { MissingObject, type PictureStore } from '../../core/picture-store.ts';
import { fileOfKey } from '../painting/stored-pictures.ts';

/** The file that people saw before a picture was refined, to stand beside it; none for other work, or when it is no longer kept. */
export async function beforePicture(store: Pick<PictureStore, 'get'>, work: Work): Promise<Upload | undefined> {
  if (work.kind !== 'refine' && work.kind !== 'finish') return undefined;
  const { postedKey } = work.source;
  if (postedKey === undefined) return undefined;
  const { extension, contentType } = fileOfKey(postedKey);
  try {
    return { name: `before.${extension}`, data: await store.get(postedKey), contentType };
  } catch (error) {
    if (error instanceof MissingObject) return undefined;
    throw error;
  }
}
