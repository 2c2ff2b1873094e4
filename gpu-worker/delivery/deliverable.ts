import type { Job } from '../../core/job.ts';
import type { Metadata } from '../../core/screening.ts';
import type { SignPicture } from '../../core/provenance/c2pa/sign-picture.ts';
import { shortJobId } from '../../core/provenance/short-job-id.ts';
import { embed } from '../../core/provenance/watermark/embed.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { type PictureFile, encodePng, encodeToFit, fileBudget } from './encode-picture.ts';
import { labelOf } from './label.ts';
import type { PictureFacts } from './parameters.ts';

/** What is posted of a picture, and the lossless file, where that one is too large to be posted. */
export interface Deliverable {
  readonly file: PictureFile;
  readonly full?: PictureFile;
}

export interface DeliveryFacts {
  readonly job: Pick<Job, 'id' | 'work' | 'attachmentBytes'>;
  readonly index: number;
  /** Pictures in the message. */
  readonly count: number;
  readonly facts: PictureFacts;
  readonly metadata: Metadata;
  readonly sign: SignPicture | undefined;
}

/** Hides the watermark in a finished picture, and encodes it, labelled and signed, so that Discord takes it. */
export async function deliverable(picture: Picture, { job, index, count, facts, metadata, sign }: DeliveryFacts): Promise<Deliverable> {
  const marked = embed(picture, { jobId: shortJobId(job.id) });
  const label = labelOf(job, index, facts, { metadata, sign });
  const lossless = await encodePng(marked, label);
  const most = fileBudget(count, job.attachmentBytes);
  if (lossless.bytes.byteLength <= most) return { file: lossless };
  return { file: await encodeToFit(marked, most, label, lossless), full: lossless };
}
