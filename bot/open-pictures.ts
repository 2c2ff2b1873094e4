import type { PictureStore } from '../core/picture-store.ts';

/**
 * The bucket of pictures. Its client is loaded when it is first used: a Lambda that answers `/imagine` starts without. It is loaded
 * through a module of ours: a package that is imported so has no names in the bundle.
 */
export function openPictures(bucket: string): Pick<PictureStore, 'deleteJob'> {
  let opened: Promise<PictureStore> | undefined;
  const open = () => (opened ??= import('./load-pictures.ts').then(({ loadPictures }) => loadPictures(bucket)));
  return { deleteJob: async (jobId) => (await open()).deleteJob(jobId) };
}
