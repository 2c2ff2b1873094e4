import * as v from 'valibot';
import type { Journaled } from '../journal.ts';
import { s3Error } from './s3-error.ts';

const TEXTS = v.record(v.string(), v.string());

/** What is known of an object besides its bytes. */
const STORED = v.object({
  /** The name of the file that holds its bytes. */
  blob: v.string(),
  size: v.number(),
  /** Without quotes. */
  etag: v.string(),
  /** Epoch milliseconds. */
  modifiedAt: v.number(),
  /** Content-Type and the like, given back as they came. */
  headers: TEXTS,
  metadata: TEXTS,
  checksums: TEXTS,
  checksumType: v.optional(v.picklist(['FULL_OBJECT', 'COMPOSITE']), 'FULL_OBJECT'),
  tags: TEXTS,
  partSizes: v.optional(v.array(v.number())),
});

const PART = v.object({ blob: v.string(), size: v.number(), etag: v.string(), modifiedAt: v.number(), checksums: TEXTS });
const UPLOAD = v.object({
  key: v.string(),
  startedAt: v.number(),
  headers: TEXTS,
  metadata: TEXTS,
  tags: TEXTS,
  checksumAlgorithm: v.optional(v.string()),
  checksumType: v.optional(v.string()),
});

const bucket = v.string();
const ENTRY = v.variant('op', [
  v.object({ op: v.literal('create-bucket'), bucket, location: v.string(), at: v.number() }),
  v.object({ op: v.literal('delete-bucket'), bucket }),
  v.object({ op: v.literal('setting'), bucket, name: v.string(), xml: v.nullable(v.string()) }),
  v.object({ op: v.literal('put'), bucket, key: v.string(), object: STORED }),
  v.object({ op: v.literal('delete'), bucket, keys: v.array(v.string()) }),
  v.object({ op: v.literal('start-upload'), bucket, uploadId: v.string(), upload: UPLOAD }),
  v.object({ op: v.literal('part'), bucket, uploadId: v.string(), number: v.number(), part: PART }),
  v.object({ op: v.literal('end-upload'), bucket, uploadId: v.string() }),
  v.object({ op: v.literal('complete-upload'), bucket, uploadId: v.string(), key: v.string(), object: STORED }),
]);

export type StoredObject = v.InferOutput<typeof STORED>;
export type Part = v.InferOutput<typeof PART>;
export type Entry = v.InferOutput<typeof ENTRY>;
export type Upload = v.InferOutput<typeof UPLOAD> & { readonly parts: Map<number, Part> };

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  /** A region, or empty for us-east-1. */
  readonly location: string;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, Upload>;
  /** Lifecycle, CORS and the like by the name of their subresource, as XML. */
  readonly settings: Map<string, string>;
}

export function parseEntry(line: unknown): Entry {
  return v.parse(ENTRY, line);
}

/** All buckets, and what is known of their objects; bytes are in files beside the journal. */
export class Store implements Journaled<Entry> {
  readonly buckets = new Map<string, Bucket>();

  /** Throws NoSuchBucket. */
  bucket(name: string): Bucket {
    const found = this.buckets.get(name);
    if (found === undefined) throw s3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
    return found;
  }

  apply(entry: Entry): void {
    if (entry.op === 'create-bucket') {
      const { bucket: name, at: createdAt, location } = entry;
      this.buckets.set(name, { name, createdAt, location, objects: new Map(), uploads: new Map(), settings: new Map() });
      return;
    }
    const { objects, uploads, settings } = this.bucket(entry.bucket);
    switch (entry.op) {
      case 'delete-bucket':
        this.buckets.delete(entry.bucket);
        return;
      case 'setting':
        if (entry.xml === null) settings.delete(entry.name);
        else settings.set(entry.name, entry.xml);
        return;
      case 'put':
        objects.set(entry.key, entry.object);
        return;
      case 'delete':
        for (const key of entry.keys) objects.delete(key);
        return;
      case 'start-upload':
        uploads.set(entry.uploadId, { ...entry.upload, parts: new Map() });
        return;
      case 'part':
        uploads.get(entry.uploadId)?.parts.set(entry.number, entry.part);
        return;
      case 'end-upload':
        uploads.delete(entry.uploadId);
        return;
      case 'complete-upload':
        uploads.delete(entry.uploadId);
        objects.set(entry.key, entry.object);
    }
  }

  *snapshot(): Generator<Entry> {
    for (const { name, createdAt, location, objects, uploads, settings } of this.buckets.values()) {
      yield { op: 'create-bucket', bucket: name, location, at: createdAt };
      for (const [setting, xml] of settings) yield { op: 'setting', bucket: name, name: setting, xml };
      for (const [key, object] of objects) yield { op: 'put', bucket: name, key, object };
      for (const [uploadId, { parts, ...upload }] of uploads) {
        yield { op: 'start-upload', bucket: name, uploadId, upload };
        for (const [number, part] of parts) yield { op: 'part', bucket: name, uploadId, number, part };
      }
    }
  }

  /** The names of all files that something still refers to. */
  blobs(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { objects, uploads } of this.buckets.values()) {
      for (const { blob } of objects.values()) names.add(blob);
      for (const { parts } of uploads.values()) for (const { blob } of parts.values()) names.add(blob);
    }
    return names;
  }
}
