import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRow } from '../bot/cards/cancel-button.ts';
import type { CustomIds } from '../bot/custom-id/custom-ids.ts';
import { Broke } from '../bot/rest/discord-errors.ts';
import type { Discord } from '../bot/rest/discord.ts';
import type { AnswerPorts } from '../bot/rest/post-answer.ts';
import { tellFailure } from '../bot/rest/tell-failure.ts';
import type { Ledger } from '../core/ledger.ts';
import { LeaseLost } from '../core/ledger/lease.ts';
import type { AnswerPlace, JobRow } from '../core/ledger/row.ts';
import type { PictureStore } from '../core/picture-store.ts';
import type { SignPicture } from '../core/provenance/c2pa/sign-picture.ts';
import type { JobInHand } from './consumer/job-in-hand.ts';
import { Cancelled, PutOff } from './consumer/stop-reasons.ts';
import type { FetchAttachment } from './painting/fetch-attachment.ts';
import type { LoadedModel } from './models/loaded-model.ts';
import { paintJob } from './painting/paint-job.ts';
import { readStoredPictures } from './painting/stored-pictures.ts';
import { inviteReactions, postPictures } from './posting/post-pictures.ts';
import { type ProgressCard, type ProgressOptions, openProgressCard } from './posting/progress.ts';
import { watchPace } from './posting/watch-pace.ts';
import { tellCancelled } from './posting/tell-cancelled.ts';
import { Refused } from './refused.ts';
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
  readonly ledger: Pick<Ledger, 'find' | 'saveCheckpoint' | 'markPainted' | 'recordPlace' | 'markPosted' | 'balance' | 'end' | 'workforce' | 'places'>;
  readonly owner: string;
  readonly fetchAttachment?: FetchAttachment;
  readonly model: (modelId: string) => LoadedModel | undefined;
  readonly lora?: (name: string) => string | undefined;
  /** Lanczos when absent. */
  readonly upscaler?: Upscaler;
  readonly screen?: Screen | undefined;
  readonly sign?: SignPicture | undefined;
  readonly discord: Pick<Discord, 'original' | 'editOriginal' | 'post' | 'edit' | 'remove' | 'react' | 'directMessage'>;
  /** Edits the progress card; without retries, since a newer edit always follows. */
  readonly progressDiscord: Pick<Discord, 'editOriginal' | 'typing'>;
  readonly report: (event: JobEvent) => void;
  readonly customIds: CustomIds;
  readonly now?: () => number;
  /** Waits for so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Carries a job out: paint and store (→ `painted`), post, record and charge (→ `posted`), invite reactions. The consumer
 * deletes the message after that. Nothing is posted or charged twice, wherever a worker dies:
 *
 * - before `painted`: nothing was posted; the next worker goes on from the checkpoint and overwrites the same keys.
 * - after `painted`, before the post: the next worker reads the stored files and posts them.
 * - after the post, before `posted`: which message the pictures go into was recorded before they did; the next worker puts them
 *   there once more, which changes nothing (post-answer.ts).
 * - after `posted`, before the message is deleted: the next worker is told `finished` and deletes it. Reactions that are
 *   missing then stay missing; anybody can add the first ✨.
 * - a worker that was paused and lost its lease: the lease is renewed right before the post, and a progress edit is made
 *   only while it runs.
 * - of two edits Discord keeps the last: the post waits until no other edit of the card can land any more.
 *
 * @throws {Refused} when no retry can help; `LeaseLost`, `Cancelled` or `Draining` when stopped; `PutOff` when Discord asks to wait
 * longer than a slot should; whatever else broke
 */
export async function fulfilJob(ports: FulfilPorts, job: JobInHand): Promise<void> {
  await puttingOff(() => carryOut(ports, job));
}

async function carryOut(ports: FulfilPorts, job: JobInHand): Promise<void> {
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
    await lastEditsLanded(ports, row, progress);

    await job.renew();
    const { left } = await ledger.balance(row.job.userId, row.job.guildId);
    const { channelId, messageId, isAgain } = await postPictures({ ...ports, ...answering(ports, jobId) }, row, pictures, { tookMs, left });
    report({ name: isAgain ? 'job:post:found' : 'job:post:done', jobId });
    const posted = { channelId, messageIds: [messageId] };

    const times = pace.times(job.from === 'paint' && row.checkpoint === undefined);
    const settled = await ledger.markPosted(jobId, posted);
    if (times) await ledger.workforce.recordJob(row.job.work.model, times).catch((error: unknown) => report({ name: 'job:pace:failed', jobId, error }));
    if (settled === 'ended') report({ name: 'job:post:after-end', jobId });
    // Nobody can react to what only one person sees.
    if (!row.job.private) await inviteReactions(discord, posted, pictures.length).catch((error: unknown) => report({ name: 'job:react:failed', jobId, error }));
  } catch (error) {
    if (error instanceof Refused) await lastEditsLanded(ports, row, progress);
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
  // Its pictures may have had a place already.
  const current = (await ports.ledger.find(jobId)) ?? row;
  const told = await puttingOff(() => tellFailure({ ...ports, ...answering(ports, jobId) }, current, refused));
  ports.report({ name: told ? 'job:tell:done' : 'job:tell:unreachable', jobId });
  await ports.ledger.end(jobId, { state: 'failed', reason: refused.reason });
}

/** Nothing that was sent before to edit the card, here or in the bot, can land any more once this resolves. */
async function lastEditsLanded({ ledger, now = Date.now, pause = sleep }: FulfilPorts, { job, cardMarkedUntil = 0 }: JobRow, progress: ProgressCard): Promise<void> {
  await progress.close();
  await progress.landed();
  if (cardMarkedUntil <= now()) return;
  const { cardMarkedUntil: until = 0 } = (await ledger.find(job.id)) ?? {};
  if (until > now()) await pause(until - now());
}

/** Records where an answer goes while the lease is ours. */
function answering({ ledger, discord, owner }: FulfilPorts, jobId: string): Pick<AnswerPorts, 'record'> {
  return {
    record: async (place) => {
      try {
        await ledger.recordPlace(jobId, owner, place);
      } catch (error) {
        if (error instanceof LeaseLost) await withdraw(place);
        throw error;
      }
    },
  };

  /** A paused worker may have posted a second empty message when Discord had forgotten the first one's nonce. */
  async function withdraw({ channelId, messageId, isOriginal }: AnswerPlace): Promise<void> {
    const theirs = (await ledger.find(jobId))?.answerPlace;
    if (!isOriginal && theirs && theirs.messageId !== messageId) await discord.remove(channelId, messageId);
  }
}

/** A wait that Discord asks for is the queue's to wait out, not a slot's. */
async function puttingOff<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Broke && error.retryAfterSeconds !== undefined) throw new PutOff(error.retryAfterSeconds, { cause: error });
    throw error;
  }
}

/** An interaction's original response shows stages and previews; a ✨ has no message of its own yet, so the bot is seen typing. */
function openProgress({ progressDiscord, report, customIds, now, pause }: FulfilPorts, job: JobInHand): ProgressCard {
  const { reply, channelId, id: jobId } = job.row.job;
  const options = {
    mayEdit: () => job.from === 'paint' && job.holdsLease() && !job.signal.aborted,
    onError: (error: unknown) => report({ name: 'job:progress:failed', jobId, error }),
    ...(now && { now }),
    ...(pause && { pause }),
  };
  if (reply.kind === 'interaction') {
    const edit: ProgressOptions['edit'] = (card, files) => progressDiscord.editOriginal(reply.applicationId, reply.token, card, files);
    return openProgressCard(job.row.job, { ...options, edit, buttons: [cancelRow(jobId, customIds)] });
  }
  const typing = openProgressCard(job.row.job, { ...options, edit: () => progressDiscord.typing(channelId), intervalMs: TYPING_MS });
  return { show: (stage) => typing.show(stage), close: () => typing.close(), landed: () => Promise.resolve() };
}
