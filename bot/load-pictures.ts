import { S3Client } from '@aws-sdk/client-s3';
import { PictureStore } from '../core/picture-store.ts';

/** As in connect-stack.ts. */
const CALL_TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2000, throwOnRequestTimeout: true } as const;

/** The bucket of pictures, S3's client loaded with it. Import it when it is needed. */
export function loadPictures(bucket: string): PictureStore {
  // S3 look-alikes at an address of their own have no host name per bucket.
  return new PictureStore(new S3Client({ requestHandler: CALL_TIMEOUTS, forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined }), bucket);
}
