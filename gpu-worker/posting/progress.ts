import { setTimeout as sleep } from 'node:timers/promises';
import type { Card } from '../../bot/cards/card.ts';
import { type Progress as Stage, paintingCard } from '../../bot/cards/painting-card.ts';
import type { Row } from '../../bot/cards/components.ts';
import { Broke } from '../../bot/rest/discord-errors.ts';
import type { Upload } from '../../bot/rest/discord.ts';
import type { Job } from '../../core/job.ts';
import { trackTimeLeft } from './time-left.ts';

/** Shows a job's progress by editing its card. */
export interface ProgressCard {
  /**
   * Shows this stage, unless the last edit was too recent or has not finished: then it is dropped, as a newer one follows.
   * @param preview draws the unfinished picture; called only when the edit will be made
   */
  show(stage: Stage, preview?: () => Promise<Upload | undefined>): void;
  /** No edit is made any more, and none is under way, once this resolves. */
  close(): Promise<void>;
  /** After `close`: an edit that was never answered can land no more, either. Await it before the final answer. */
  landed(): Promise<void>;
}

export interface ProgressOptions {
  readonly edit: (card: Card, files: readonly Upload[]) => Promise<unknown>;
  /** Whether the job is still ours: a worker that lost it must not draw over the other one's card. */
  readonly mayEdit: () => boolean;
  readonly onError: (error: unknown) => void;
  /** Under every card: ✖. */
  readonly buttons?: readonly Row[];
  /** Between the starts of two edits; 2,000 by default (Discord allows 5 edits in 5 s). */
  readonly intervalMs?: number;
  readonly now?: () => number;
  /** Waits for so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** After this many failures in a row the card is left as it is: Discord bans addresses that send too many invalid requests. */
const PATIENCE = 5;
/** A failed edit is tried again soon, as a fast worker can come before the bot's own answer; then ever later. */
const FIRST_RETRY_MS = 500;
/** An edit that was given up unanswered may still be lying somewhere on its way. */
const LAND_WITHIN_MS = 5000;

export function openProgressCard(job: Pick<Job, 'work'>, options: ProgressOptions): ProgressCard {
  const { edit, mayEdit, onError, buttons = [], intervalMs = 2000, now = Date.now, pause = sleep } = options;
  const timeLeft = trackTimeLeft(job.work, now);
  let closed = false;
  let failures = 0;
  let nextAt = -Infinity;
  let mayLandUntil = -Infinity;
  let underWay: Promise<void> | undefined;

  async function draw(stage: Stage, secondsLeft: number | undefined, preview?: () => Promise<Upload | undefined>): Promise<void> {
    try {
      const file = await preview?.();
      // Drawing the preview took a while: what was true before it may not be any more.
      if (closed || !mayEdit()) return;
      await edit(paintingCard({ job, progress: stage, buttons, ...(secondsLeft !== undefined && { secondsLeft }), ...(file && { preview: file.name }) }), file ? [file] : []);
      failures = 0;
    } catch (error) {
      nextAt = now() + FIRST_RETRY_MS * 4 ** failures;
      failures += 1;
      if (error instanceof Broke && error.mayStillLand) mayLandUntil = now() + LAND_WITHIN_MS;
      onError(error);
    }
  }

  return {
    show: (stage, preview) => {
      const secondsLeft = timeLeft(stage);
      if (closed || underWay || now() < nextAt || failures >= PATIENCE || !mayEdit()) return;
      nextAt = now() + intervalMs;
      underWay = draw(stage, secondsLeft, preview).finally(() => (underWay = undefined));
    },
    close: async () => {
      closed = true;
      await underWay;
    },
    landed: async () => {
      if (mayLandUntil > now()) await pause(mayLandUntil - now());
    },
  };
}
