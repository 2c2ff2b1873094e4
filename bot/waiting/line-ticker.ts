import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../core/ledger.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import type { Outlook } from '../../core/workforce/outlook.ts';
import { cancelRow } from '../cards/cancel-button.ts';
import { overFiles } from '../cards/card.ts';
import { queuedCard } from '../cards/queued-card.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import { type Log, reasonOf } from '../log.ts';
import { Broke, TokenExpired } from '../rest/discord-errors.ts';
import type { Discord } from '../rest/discord.ts';
import { waitOf } from './read-outlook.ts';

export interface TickerPorts {
  readonly ledger: Pick<Ledger, 'line' | 'markCard' | 'unmarkCard' | 'workforce'>;
  /** Gives up at once at a rate limit, and after `CARD_EDIT_MS` without an answer: a late edit would stand over the picture. */
  readonly discord: Pick<Discord, 'editOriginal'>;
  readonly customIds: CustomIds;
  readonly now: () => number;
  readonly log: Log;
}

const TICK_MS = 3000;
/** Between two edits of one card. */
const EDIT_EVERY_MS = 5000;
/** A card whose place did not change still gets a new estimate this often. */
const REFRESH_MS = 30_000;
/** A tick has so many edits at most: those that waited longest for theirs. */
const EDITS_A_TICK = 10;
/** Further back nobody watches their place every few seconds. */
const LINE_LENGTH = 200;
/** After so long without an answer an edit is given up. */
export const CARD_EDIT_MS = 2500;
/** Between a card's mark and its edit: who was stopped for longer in between leaves the card alone. */
const BEGIN_WITHIN_MS = 2000;
/** An edit that was given up may still be lying somewhere on its way. */
const LAND_WITHIN_MS = 5000;
/** After a rate limit. */
const PAUSE_MS = 15_000;

/**
 * Moves the cards of waiting jobs on as the line moves. It runs beside the gateway, not in a worker: there it would stand
 * between a finished picture and its post.
 *
 * Jobs that a free slot may take at any moment are left alone, since a worker then draws on their card, and so are those
 * whose token is near its end. Every edit is of an interaction's own webhook, which has a rate limit of its own.
 */
export function createLineTicker({ ledger, discord, customIds, now, log }: TickerPorts): { tick(): Promise<void> } {
  let shown = new Map<string, { readonly ahead: number; readonly at: number }>();
  let pausedUntil = 0;

  async function tick(): Promise<void> {
    if (now() < pausedUntil) return;
    const line = await ledger.line(LINE_LENGTH);
    // What a card said at admission is not known here; nearly always it is the place it has when it is first seen.
    shown = new Map(line.map((id, ahead) => [id, shown.get(id) ?? { ahead, at: now() }]));
    if (line.length < 2) return;
    const outlook = await ledger.workforce.outlook();
    const slots = Math.max(1, outlook.workers.reduce((sum, { isAlive, slots: own }) => sum + (isAlive ? own : 0), 0));
    const due = line
      .map((id, ahead) => ({ id, ahead, last: shown.get(id) ?? { ahead, at: now() } }))
      .filter(({ ahead, last }) => ahead >= slots && now() - last.at >= (ahead === last.ahead ? REFRESH_MS : EDIT_EVERY_MS))
      .toSorted((a, b) => a.last.at - b.last.at)
      .slice(0, EDITS_A_TICK);
    if (due.length === 0) return;
    for (const { id, ahead } of due) {
      if (now() < pausedUntil) return;
      shown.set(id, { ahead, at: now() });
      // Just before its edit: the edits before it may have taken as long as a picture does.
      const markedAt = now();
      const until = markedAt + BEGIN_WITHIN_MS + CARD_EDIT_MS + LAND_WITHIN_MS;
      const row = await ledger.markCard(id, until);
      if (!row) continue;
      const mayStillLand = now() - markedAt < BEGIN_WITHIN_MS && (await moveOn(row, ahead, outlook));
      if (!mayStillLand) await ledger.unmarkCard(id, until);
    }
  }

  /** @returns whether the edit may land later: nothing was heard of it */
  async function moveOn({ job, cost }: JobRow, ahead: number, outlook: Outlook): Promise<boolean> {
    const { reply } = job;
    if (reply.kind !== 'interaction') return false;
    const waitedSeconds = (now() - reply.receivedAt) / 1000;
    if (waitedSeconds > INTERACTION_TOKEN_TRUSTED_SECONDS) return false;
    const card = queuedCard({ job, ahead, cost, wait: waitOf(outlook, job, ahead), waitedSeconds, buttons: [cancelRow(job.id, customIds)] });
    try {
      // Should the picture be there after all, it stays.
      await discord.editOriginal(reply.applicationId, reply.token, overFiles(card));
      return false;
    } catch (error) {
      if (error instanceof TokenExpired) return false;
      if (error instanceof Broke) pausedUntil = now() + PAUSE_MS;
      log.warn({ event: 'line:show:failed', job: job.id, reason: reasonOf(error) }, 'a place in line could not be shown');
      return error instanceof Broke && error.mayStillLand;
    }
  }

  return { tick };
}

/** Ticks until the signal. Never throws. */
export async function keepCardsCurrent(ports: TickerPorts, signal: AbortSignal): Promise<void> {
  const ticker = createLineTicker(ports);
  while (!signal.aborted) {
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await ticker.tick().catch((error: unknown) => ports.log.warn({ event: 'line:read:failed', reason: reasonOf(error) }, 'the line could not be read'));
  }
}
