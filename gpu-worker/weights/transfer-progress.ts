import pc from 'picocolors';
import { formatBytes, formatSeconds } from './byte-size.ts';

/** Where a command writes: a terminal, or what stands in its place. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR_WIDTH = 20;
const REDRAW_MS = 100;
/** The rate is that of the last so many milliseconds. */
const RATE_WINDOW_MS = 10_000;
const LINE_EVERY_MS = 60_000;

/** How far a transfer of many bytes is, how fast it goes and how long it will take: a bar that moves on a terminal, elsewhere a line now and then. */
export class TransferProgress {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #colors: ReturnType<typeof pc.createColors>;
  readonly #total: number;
  #done: number;
  #what = '';
  #samples: { readonly at: number; readonly moved: number }[];
  #moved = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #line: { readonly at: number; readonly tenths: number };

  constructor(output: Output, { total, done = 0 }: { readonly total: number; readonly done?: number }, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#total = total;
    this.#done = done;
    this.#colors = pc.createColors(output.isTTY === true && pc.isColorSupported);
    this.#samples = [{ at: now(), moved: 0 }];
    this.#line = { at: now(), tenths: this.#tenths };
  }

  /** What is being worked on now. */
  begin(what: string): void {
    this.#what = what;
    this.#draw(true);
  }

  /** Bytes came, or, below 0, count no more. */
  move(bytes: number): void {
    this.#done += bytes;
    if (bytes > 0) this.#moved += bytes;
    this.#draw(false);
  }

  /** Writes a line that stays, above the bar. */
  say(line: string): void {
    this.#clear();
    this.#output.write(`${line}\n`);
    this.#draw(true);
  }

  end(): void {
    this.#clear();
    this.#what = '';
  }

  get #fraction(): number {
    return this.#total === 0 ? 1 : this.#done / this.#total;
  }

  get #tenths(): number {
    return Math.floor(10 * this.#fraction);
  }

  #draw(always: boolean): void {
    const now = this.#now();
    if (this.#output.isTTY !== true) return this.#writeLine(now);
    if (this.#what === '' || (!always && now - this.#drawnAt < REDRAW_MS)) return;
    this.#drawnAt = now;
    const { bold, cyan, dim } = this.#colors;
    const numbers = this.#numbers(now);
    // A line that wraps could not be drawn over.
    const columns = this.#output.columns ?? 0;
    const room = (columns > 0 ? columns : 80) - 1 - numbers.length - 2;
    const what = this.#what.slice(0, Math.max(0, room));
    const width = Math.max(0, Math.min(BAR_WIDTH, room - what.length));
    const filled = Math.round(width * Math.min(1, this.#fraction));
    const bar = cyan('█'.repeat(filled)) + dim('░'.repeat(width - filled));
    this.#output.write(`\r\u001B[K${bold(what)} ${bar} ${numbers}`);
  }

  #writeLine(now: number): void {
    const { at, tenths } = this.#line;
    const far = this.#tenths > tenths && now - at >= 1000;
    if (this.#what === '' || !(far || now - at >= LINE_EVERY_MS)) return;
    this.#line = { at: now, tenths: this.#tenths };
    this.#output.write(`${this.#numbers(now)}: ${this.#what}\n`);
  }

  #numbers(now: number): string {
    const rate = this.#rate(now);
    const left = rate > 0 ? `${formatSeconds((this.#total - this.#done) / rate)} left` : 'waiting';
    return `${Math.floor(100 * this.#fraction)} %  ${formatBytes(this.#done)} of ${formatBytes(this.#total)}  ${formatBytes(rate)}/s  ${left}`;
  }

  /** Bytes per second. */
  #rate(now: number): number {
    this.#samples.push({ at: now, moved: this.#moved });
    const old = this.#samples.findLastIndex(({ at }) => now - at >= RATE_WINDOW_MS);
    if (old > 0) this.#samples = this.#samples.slice(old);
    const first = this.#samples[0] ?? { at: now, moved: this.#moved };
    return now > first.at ? ((this.#moved - first.moved) * 1000) / (now - first.at) : 0;
  }

  #clear(): void {
    if (this.#output.isTTY === true) this.#output.write('\r\u001B[K');
  }
}
