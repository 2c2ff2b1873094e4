import type { ImagineWork, Source, Work } from '../../core/job.ts';
import { MissingObject, type PictureStore } from '../../core/picture-store.ts';
import { decodePicture } from '../delivery/decode-picture.ts';
import { Refused } from '../refused.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import type { Latents } from '../sdxl/pipeline/sdxl.ts';
import { decodeAttached, decodeMask } from './decoder/decode-attachment.ts';
import type { FetchAttachment } from './fetch-attachment.ts';
import { decodeLatentsFile } from './latents-file.ts';
import type { Attached } from './paint-attached.ts';

export interface InputPorts {
  readonly store: PictureStore;
  readonly fetchAttachment?: FetchAttachment | undefined;
}

/** What a job's work begins from, besides its words. */
export interface WorkInputs {
  /** The finished picture; of every work but `/imagine`. */
  readonly source?: Picture;
  /** The latents of a finish, while they are kept. */
  readonly handover?: Latents;
  /** What somebody attached to `/imagine`, at the job's size. */
  readonly attached?: Attached;
}

/** @throws {Refused} when the picture is no longer kept */
export async function readInputs({ store, fetchAttachment }: InputPorts, work: Work): Promise<WorkInputs> {
  if (work.kind === 'imagine') return readAttached(fetchAttachment, work);
  const [source, handover] = await Promise.all([readSource(store, work.source), work.kind === 'finish' ? readLatents(store, work.handoverKey) : undefined]);
  return { source, ...(handover && { handover }) };
}

async function readAttached(fetchAttachment: FetchAttachment | undefined, { image, mask, width, height }: ImagineWork): Promise<WorkInputs> {
  if (!image) return {};
  if (!fetchAttachment) throw new Refused('attachment-elsewhere');
  const [picture, shape] = await Promise.all([fetchAttachment(image), mask && fetchAttachment(mask)]);
  const size = { width, height };
  return { attached: { picture: await decodeAttached(picture, size), ...(shape && { mask: await decodeMask(shape, size) }) } };
}

async function readSource(store: PictureStore, { pictureKey }: Source): Promise<Picture> {
  try {
    return await decodePicture(await store.get(pictureKey));
  } catch (cause) {
    if (cause instanceof MissingObject) throw new Refused('original-missing', { cause });
    throw cause;
  }
}

async function readLatents(store: PictureStore, key: string): Promise<Latents | undefined> {
  try {
    return decodeLatentsFile(await store.get(key));
  } catch (error) {
    if (error instanceof MissingObject) return undefined;
    throw error;
  }
}
