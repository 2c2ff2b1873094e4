import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

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

  /** A link that anyone who has it can read the object by, until it expires. */
  link(key: string, expiresInSeconds: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: this.#bucket, Key: key }), {
      expiresIn: expiresInSeconds,
    });
  }
}
