import * as v from 'valibot';

/** Somebody asked for something. */
export interface Arrival {
  /** Seconds from the beginning. */
  readonly at: number;
  /** Whose job it is, for the fair order. */
  readonly user: string;
  /** What it costs; work is in proportion to it. */
  readonly credits: number;
}

/** The file cannot be read as arrivals; the text says which line, and what is expected. */
export class BadArrivals extends Error {
  override readonly name = 'BadArrivals';
}

/** A job of several credits is one of several pictures. */
export function picturesOf({ credits }: Pick<Arrival, 'credits'>): number {
  return Math.max(1, Math.floor(credits));
}

/**
 * Reads recorded arrivals: lines `seconds,user,credits` under that heading, or the bot's own log as JSON lines, of which those with
 * the event `job:admit:queued` count (there every job is a person of its own, as the log names nobody).
 * @throws {BadArrivals}
 */
export function parseArrivals(text: string): readonly Arrival[] {
  const lines = text.split(/\r?\n/).flatMap((line, i) => (line.trim() === '' || line.startsWith('#') ? [] : [{ line: line.trim(), number: i + 1 }]));
  const arrivals = lines[0]?.line.startsWith('{') ? lines.flatMap(({ line }) => fromLog(line)) : fromCsv(lines);
  if (arrivals.length === 0) throw new BadArrivals('the file has no arrivals: give lines of seconds,user,credits, or the bot’s log with its job:admit:queued events');
  const sorted = arrivals.toSorted((a, b) => a.at - b.at);
  const start = lines[0]?.line.startsWith('{') ? (sorted[0]?.at ?? 0) : 0;
  return sorted.map((arrival) => ({ ...arrival, at: arrival.at - start }));
}

const HEADING = 'seconds,user,credits';
const row = v.tuple([v.pipe(v.string(), v.transform(Number), v.number(), v.minValue(0)), v.pipe(v.string(), v.minLength(1)), v.pipe(v.string(), v.transform(Number), v.number(), v.minValue(0.01), v.maxValue(1000))]);

function fromCsv([heading, ...lines]: readonly { readonly line: string; readonly number: number }[]): readonly Arrival[] {
  if (heading && heading.line !== HEADING) throw new BadArrivals(`line ${heading.number}: the heading must be ${HEADING}`);
  return lines.map(({ line, number }) => {
    const parsed = v.safeParse(row, line.split(',').map((cell) => cell.trim()));
    if (!parsed.success) throw new BadArrivals(`line ${number} is none of ${HEADING}: seconds from the start, a name, and credits from 0.01 to 1000`);
    const [at, user, credits] = parsed.output;
    return { at, user, credits };
  });
}

const admitted = v.object({ event: v.literal('job:admit:queued'), time: v.number(), job: v.string(), cost: v.pipe(v.number(), v.minValue(1)) });

function fromLog(line: string): readonly Arrival[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), admitted), line);
  return parsed.success ? [{ at: parsed.output.time / 1000, user: parsed.output.job, credits: parsed.output.cost / 100 }] : [];
}
