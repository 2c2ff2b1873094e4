import type { JobQueue } from '../core/job-queue.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Model } from '../core/model.ts';
import type { PictureStore } from '../core/picture-store.ts';
import type { Findings } from '../core/provenance/findings.ts';
import type { CustomIds } from './custom-id/custom-ids.ts';
import type { Log } from './log.ts';
import type { Discord } from './rest/discord.ts';
import type { BudgetGuard } from './budget/budget-guard.ts';
import type { Wake } from './waking/open-wake.ts';

/** What quota commands want of the ledger. */
type QuotaMethods = 'standing' | 'rules' | 'changeRule' | 'adjust' | 'changes' | 'simulate';

/** The outside, as the handlers of interactions and reactions see it. */
export interface Ports {
  readonly ledger: Pick<Ledger, 'admit' | 'foresee' | 'confirm' | 'markSent' | 'end' | 'balance' | 'find' | 'findByMessage' | 'workforce' | 'places' | 'moderation' | 'reports' | 'people' | 'line' | 'findAll' | QuotaMethods>;
  readonly queue: Pick<JobQueue, 'send'>;
  /** What `/imagine` paints with. */
  readonly model: Model;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A whole number within `SEED`. */
  readonly randomSeed: () => number;
  /** Reads and writes what buttons carry. */
  readonly customIds: CustomIds;
  /** Discord's REST API, for what an answer alone cannot do. */
  readonly discord: Pick<Discord, 'directMessage' | 'post' | 'edit' | 'remove' | 'download' | 'editOriginal'>;
  /** Every model asks for acceptance of the rules, not only those whose licence does. */
  readonly termsAlways?: boolean;
  /** How the month's budget stands, where there is one. */
  readonly budget?: BudgetGuard | undefined;
  /** Where workers sleep while nobody paints: starts one. */
  readonly wake?: Wake | undefined;
  readonly log: Log;
}

/** What only late answers want. A process that leaves those to another has none of it: nothing to load, and no right to use it. */
export interface LatePorts extends Ports {
  /** What is kept of jobs' pictures, to be deleted. */
  readonly pictures: Pick<PictureStore, 'deleteJob'>;
  /** Draws an SVG (without text: there may be no fonts) as a PNG. Where that is not to be had, answers have no charts. */
  readonly drawPng?: (svg: string) => Promise<Uint8Array>;
  /** Reads what a file says of itself, the watermark in its pixels too. Where pixels cannot be read, the rest still is. */
  readonly examinePicture: (file: Uint8Array) => Promise<Findings>;
}
