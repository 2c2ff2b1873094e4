import type { Original } from '../../core/derive-work.ts';
import type { JobRow, StoredPicture } from '../../core/ledger/row.ts';
import type { Model } from '../../core/model.ts';
import { modelOfWork } from '../../core/model-for.ts';
import type { Ports } from '../ports.ts';

/** Pictures of ours in a message, with all that is needed to do something with them. */
export interface PostedPictures {
  readonly row: JobRow;
  readonly pictures: readonly StoredPicture[];
  readonly model: Model;
  readonly channelId: string;
  readonly messageId: string;
}

interface Place {
  readonly channelId: string;
  readonly messageId: string;
}

/**
 * The pictures of a job; `undefined` when it is not known any more.
 * @param pressed where the button was pressed: a worker may have posted a moment ago and not recorded it yet
 */
export async function picturesOfJob(jobId: string, { ledger }: Pick<Ports, 'ledger'>, pressed?: Place): Promise<PostedPictures | undefined> {
  const row = await ledger.find(jobId);
  const messageId = row?.posted?.messageIds[0];
  const place = row?.posted && messageId !== undefined ? { channelId: row.posted.channelId, messageId } : pressed;
  return row && place && withPictures(row, place);
}

/** The pictures that a message shows; `undefined` when it is none of ours. */
export async function picturesOfMessage(messageId: string, { ledger }: Pick<Ports, 'ledger'>): Promise<PostedPictures | undefined> {
  const posted = await ledger.findByMessage(messageId);
  return posted && withPictures(posted.row, { channelId: posted.channelId, messageId });
}

function withPictures(row: JobRow, place: Place): PostedPictures | undefined {
  return row.pictures && { row, pictures: row.pictures, model: modelOfWork(row.job.work), ...place };
}

/** One of the pictures, as work on it begins from. */
export function originalAt({ row, pictures, channelId, messageId }: PostedPictures, index: number): Original | undefined {
  const picture = pictures[index];
  return picture && { row, picture, index, channelId, messageId };
}
