import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { prefixesOf } from './picture-key.ts';

/** A picture or checkpoint that is not in the store, or no longer: pictures expire by the bucket's lifecycle. */
export class MissingObject extends Error {
  override readonly name = 'MissingObject';
  constructor(readonly key: string, options?: ErrorOptions) {
    super(`nothing is stored under ${key}: it may have expired`, options);
  }
}

/** Pictures and latents in an S3 bucket, under keys made from the job id (see picture-key.ts). */
export class PictureStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Stores bytes under a key; the same key again overwrites, so that a retry is harmless. */
  async put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ContentType: contentType }),
    );
  }

  /** @throws {MissingObject} */
  async get(key: string): Promise<Uint8Array> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      if (!Body) throw new MissingObject(key);
      return await Body.transformToByteArray();
    } catch (cause) {
      if (cause instanceof NoSuchKey) throw new MissingObject(key, { cause });
      throw cause;
    }
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }

  /** Deletes what is there; nothing there is no error. */
  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  /**
   * Deletes all that is kept of a job: posted and painted pictures, and what it would have gone on from.
   * @returns how many objects that were
   */
  async deleteJob(jobId: string): Promise<number> {
    const counts = await Promise.all(prefixesOf(jobId).map((prefix) => this.#deleteUnder(prefix)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #deleteUnder(prefix: string): Promise<number> {
    let count = 0;
    for (;;) {
      // What was listed is gone at the next look, so there is no token to go on from. A page has 1,000 keys, as many as can be deleted at once.
      const { Contents = [], IsTruncated = false } = await this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }));
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length === 0) return count;
      const { Errors = [] } = await this.#client.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }));
      const [refused] = Errors;
      if (refused) throw new Error(`${Errors.length} objects under ${prefix} could not be deleted: ${refused.Code ?? 'no reason given'}`);
      count += Objects.length;
      if (!IsTruncated) return count;
    }
  }

  /** A link that anyone who has it can read the object by, until it expires. */
  link(key: string, expiresInSeconds: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: this.#bucket, Key: key }), {
      expiresIn: expiresInSeconds,
    });
  }
}
