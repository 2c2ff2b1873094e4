import type { Upload } from '../../bot/rest/discord.ts';
import type { Job } from '../../core/job.ts';
import { MissingObject, type PictureStore } from '../../core/picture-store.ts';
import { fileOfKey } from '../painting/stored-pictures.ts';
import { SPOILER } from './picture-filename.ts';

/**
 * The file that people saw before a picture was refined, to stand beside it, behind a spoiler where it stood behind one; none for other work,
 * or when it is no longer kept.
 */
export async function beforePicture(store: Pick<PictureStore, 'get'>, { work, spoiler }: Pick<Job, 'work' | 'spoiler'>): Promise<Upload | undefined> {
  if (work.kind !== 'refine' && work.kind !== 'finish') return undefined;
  const { postedKey } = work.source;
  if (postedKey === undefined) return undefined;
  const { extension, contentType } = fileOfKey(postedKey);
  try {
    return { name: `${spoiler ? SPOILER : ''}before.${extension}`, data: await store.get(postedKey), contentType };
  } catch (error) {
    if (error instanceof MissingObject) return undefined;
    throw error;
  }
}
