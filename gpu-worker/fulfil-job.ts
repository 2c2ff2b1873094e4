import { cancelRow } from '../bot/cards/cancel-button.ts';
import type { CustomIds } from '../bot/custom-id/custom-ids.ts';
import type { Discord } from '../bot/rest/discord.ts';
import type { Ledger } from '../core/ledger.ts';
import { LeaseLost } from '../core/ledger/lease.ts';
import type { JobRow, Posted } from '../core/ledger/row.ts';
import type { PictureStore } from '../core/picture-store.ts';
import type { SignPicture } from '../core/provenance/c2pa/sign-picture.ts';
import type { JobInHand } from './consumer/job-in-hand.ts';
import { Cancelled } from './consumer/stop-reasons.ts';
import type { FetchAttachment } from './painting/fetch-attachment.ts';
import type { LoadedModel } from './models/loaded-model.ts';
import { type FinishedPicture, paintJob } from './painting/paint-job.ts';
import { readStoredPictures } from './painting/stored-pictures.ts';
import type { ChannelHistory } from './posting/channel-history.ts';
import { findPosted } from './posting/find-posted.ts';
import { inviteReactions, postPictures } from './posting/post-pictures.ts';
import { type ProgressCard, type ProgressOptions, openProgressCard } from './posting/progress.ts';
import { watchPace } from './posting/watch-pace.ts';
import { tellCancelled } from './posting/tell-cancelled.ts';
import { tellRefusal } from './posting/tell-refusal.ts';
import type { Refused } from './refused.ts';
import type { Upscaler } from './upscaling/upscaler.ts';
import type { Screen } from './screening/screen.ts';

/** Discord shows the indicator for ten seconds. */
const TYPING_MS = 8000;

/** What happened while a job was carried out; ids only, never a prompt or a token. */
export interface JobEvent {
  readonly name:
    | 'job:paint:resumed'
    | 'job:paint:done'
    | 'job:post:done'
    | 'job:post:found'
    | 'job:post:after-end'
    | 'job:pace:failed'
    | 'job:progress:failed'
    | 'job:react:failed'
    | 'job:tell:done'
    | 'job:tell:unreachable';
  readonly jobId: string;
  readonly tookMs?: number;
  /** Of `job:paint:resumed`: what was kept. */
  readonly from?: 'step' | 'handover' | 'painted';
  readonly error?: unknown;
}

export interface FulfilPorts {
  readonly store: PictureStore;
  readonly ledger: Pick<Ledger, 'find' | 'saveCheckpoint' | 'markPainted' | 'markPosted' | 'balance' | 'end' | 'workforce' | 'places'>;
  readonly owner: string;
  readonly fetchAttachment?: FetchAttachment;
  readonly model: (modelId: string) => LoadedModel | undefined;
  readonly lora?: (name: string) => string | undefined;
  /** Lanczos when absent. */
  readonly upscaler?: Upscaler;
  readonly screen?: Screen | undefined;
  readonly sign?: SignPicture | undefined;
  readonly discord: Pick<Discord, 'editOriginal' | 'post' | 'react' | 'directMessage'>;
  /** Edits the progress card; without retries, since a newer edit always follows. */
  readonly progressDiscord: Pick<Discord, 'editOriginal' | 'typing'>;
  readonly history: ChannelHistory;
  readonly report: (event: JobEvent) => void;
  readonly customIds: CustomIds;
  readonly now?: () => number;
}

/**
 * Carries a job out: paint and store (→ `painted`), post, record and charge (→ `posted`), invite reactions. The consumer
 * deletes the message after that. Nothing is posted or charged twice, wherever a worker dies:
 *
 * - before `painted`: nothing was posted; the next worker goes on from the checkpoint and overwrites the same keys.
 * - after `painted`, before the post: the next worker reads the stored files and posts them.
 * - after the post, before `posted`: the next worker finds the post in the channel and records it. Where the bot may not
 *   read, it says the same once more: an edit repeated in place, or a post whose nonce gets the first message back.
 * - after `posted`, before the message is deleted: the next worker is told `finished` and deletes it. Reactions that are
 *   missing then stay missing; anybody can add the first ✨.
 * - a worker that was paused and lost its lease: the lease is renewed right before the post, and a progress edit is made
 *   only while it runs.
 *
 * @throws {Refused} when no retry can help; `LeaseLost`, `Cancelled` or `Draining` when stopped; whatever else broke
 */
export async function fulfilJob(ports: FulfilPorts, job: JobInHand): Promise<void> {
  const { ledger, discord, report, now = Date.now } = ports;
  const { row } = job;
  const jobId = row.job.id;
  const startedAt = now();
  const progress = openProgress(ports, job);
  const pace = watchPace(row.job.work, now);
  try {
    const pictures =
      job.from === 'paint'
        ? await paintJob(ports, row, job.signal, (stage, preview) => {
            pace.saw(stage);
            progress.show(stage, preview);
          })
        : await readStoredPictures(ports.store, row.pictures ?? []);
    // When a worker before this one painted, its time is not known: the asker's whole wait is.
    const tookMs = now() - (job.from === 'paint' ? startedAt : row.job.createdAt);
    if (job.from === 'paint') report({ name: 'job:paint:done', jobId, tookMs });
    await progress.close();

    await job.renew();
    const found = job.from === 'post' ? await findPosted(ports.history, row.job) : undefined;
    const posted = found ?? (await post(ports, row, pictures, tookMs));
    report({ name: found ? 'job:post:found' : 'job:post:done', jobId });

    const times = pace.times(job.from === 'paint' && row.checkpoint === undefined);
    const settled = await ledger.markPosted(jobId, posted);
    if (times) await ledger.workforce.recordJob(row.job.work.model, times).catch((error: unknown) => report({ name: 'job:pace:failed', jobId, error }));
    if (settled === 'ended') report({ name: 'job:post:after-end', jobId });
    // Nobody can react to what only one person sees.
    if (!row.job.private) await inviteReactions(discord, posted, pictures.length).catch((error: unknown) => report({ name: 'job:react:failed', jobId, error }));
  } catch (error) {
    await progress.close();
    if (!(error instanceof Cancelled || error instanceof LeaseLost)) throw error;
    // A write to the row may find the job cancelled before anybody looked for that.
    const isCancelled = await tellCancelled(ports, row.job).catch((cause: unknown) => report({ name: 'job:progress:failed', jobId, error: cause }));
    throw isCancelled ? new Cancelled() : error;
  } finally {
    await progress.close();
  }
}

/** Tells the person, then ends the job uncharged: whoever dies in between says the same again, in the same place. */
export async function refuseJob(ports: FulfilPorts, row: JobRow, refused: Refused): Promise<void> {
  const jobId = row.job.id;
  const told = await tellRefusal(ports, row, refused);
  ports.report({ name: told ? 'job:tell:done' : 'job:tell:unreachable', jobId });
  await ports.ledger.end(jobId, { state: 'failed', reason: refused.reason });
}

async function post(ports: FulfilPorts, row: JobRow, pictures: readonly FinishedPicture[], tookMs: number): Promise<Posted> {
  const { job } = row;
  const { left } = await ports.ledger.balance(job.userId, job.guildId);
  return postPictures(ports, row, pictures, { tookMs, left });
}

/** An interaction's original response shows stages and previews; a ✨ has no message of its own yet, so the bot is seen typing. */
function openProgress({ progressDiscord, report, customIds, now }: FulfilPorts, job: JobInHand): ProgressCard {
  const { reply, channelId, id: jobId } = job.row.job;
  const options = {
    mayEdit: () => job.from === 'paint' && job.holdsLease() && !job.signal.aborted,
    onError: (error: unknown) => report({ name: 'job:progress:failed', jobId, error }),
    ...(now && { now }),
  };
  if (reply.kind === 'interaction') {
    const edit: ProgressOptions['edit'] = (card, files) => progressDiscord.editOriginal(reply.applicationId, reply.token, card, files);
    return openProgressCard(job.row.job, { ...options, edit, buttons: [cancelRow(jobId, customIds)] });
  }
  const typing = openProgressCard(job.row.job, { ...options, edit: () => progressDiscord.typing(channelId), intervalMs: TYPING_MS });
  return { show: (stage) => typing.show(stage), close: () => typing.close() };
}
