import * as v from 'valibot';
import { type Measured, measuredSchema } from './measured.ts';

/** What one worker says of itself. */
const workerSchema = v.object({
  /** The ids of the models it paints with. */
  models: v.array(v.string()),
  /** `cpu`, `cuda`, …: what it paints on. */
  provider: v.string(),
  /** Jobs it works on at once, and how many it has in hand. */
  slots: v.number(),
  busy: v.number(),
  /** Epoch milliseconds. */
  startedAt: v.number(),
});
export type WorkerNews = Readonly<v.InferOutput<typeof workerSchema>>;

/** A worker as the ledger last saw it. */
export interface WorkerSeen extends WorkerNews {
  readonly isAlive: boolean;
}

/** How fast a model paints here. */
export const paceSchema = v.object({
  /** Seconds a megapixel and step, encoders included. */
  perMegapixelStep: measuredSchema,
  /** Seconds from the last step to the posted picture. */
  rest: measuredSchema,
  /** Seconds a whole job. */
  whole: measuredSchema,
});
export type Pace = Readonly<v.InferOutput<typeof paceSchema>>;

/** Who paints, and how fast. */
export interface Outlook {
  /** Most recently seen first; some may be gone. */
  readonly workers: readonly WorkerSeen[];
  /** By model id. */
  readonly paces: ReadonlyMap<string, Pace>;
  /** Seconds from a job's admission to a worker's first step, where the job had to wait for the worker to start. */
  readonly coldStart: Measured | undefined;
}

const workerRow = v.object({ ...workerSchema.entries, sk: v.pipe(v.string(), v.startsWith('worker#')), seenAt: v.number() });
const paceRow = v.object({ ...paceSchema.entries, sk: v.pipe(v.string(), v.startsWith('pace#')) });
const coldStartRow = v.object({ sk: v.literal('cold-start'), seconds: measuredSchema });

/** Heartbeats come every 10 s; two may be lost. */
export const HEARTBEAT_SECONDS = 10;
const ALIVE_FOR_MS = 3 * HEARTBEAT_SECONDS * 1000;

/** Reads the rows of the workforce; rows of another version are passed over. */
export function readOutlook(rows: readonly unknown[], now: number): Outlook {
  const workers = rows.flatMap((row) => parsed(workerRow, row)).toSorted((a, b) => b.seenAt - a.seenAt);
  return {
    workers: workers.map(({ seenAt, ...row }) => ({ ...v.parse(workerSchema, row), isAlive: now - seenAt < ALIVE_FOR_MS })),
    paces: new Map(rows.flatMap((row) => parsed(paceRow, row)).map(({ sk, ...pace }) => [sk.slice('pace#'.length), pace])),
    coldStart: rows.flatMap((row) => parsed(coldStartRow, row))[0]?.seconds,
  };
}

function parsed<S extends v.GenericSchema>(schema: S, row: unknown): v.InferOutput<S>[] {
  const result = v.safeParse(schema, row);
  return result.success ? [result.output] : [];
}

