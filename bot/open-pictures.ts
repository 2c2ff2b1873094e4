import type { PictureStore } from '../core/picture-store.ts';

/** As in connect-stack.ts. */
const CALL_TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2000, throwOnRequestTimeout: true } as const;

/** The bucket of pictures. Its client is loaded when it is first used: a Lambda that answers `/imagine` starts without. */
export function openPictures(bucket: string): Pick<PictureStore, 'deleteJob'> {
  let opened: Promise<PictureStore> | undefined;
  const open = () => (opened ??= load(bucket));
  return { deleteJob: async (jobId) => (await open()).deleteJob(jobId) };
}

async function load(bucket: string): Promise<PictureStore> {
  const [{ S3Client }, { PictureStore: Store }] = await Promise.all([import('@aws-sdk/client-s3'), import('../core/picture-store.ts')]);
  // S3 look-alikes at an address of their own have no host name per bucket.
  return new Store(new S3Client({ requestHandler: CALL_TIMEOUTS, forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined }), bucket);
}
