import pc from 'picocolors';

/** Where progress is written: a terminal gets a bar that moves, anything else a line now and then. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const WIDTH = 24;

/** Shows how far each stage of a picture is. */
export class ProgressBar {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #colors: ReturnType<typeof pc.createColors>;
  #stage = '';
  #since = 0;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#colors = pc.createColors(output.isTTY === true && pc.isColorSupported);
  }

  /** Begins a stage that counts steps, or one that does not (`loading`). */
  begin(stage: string): void {
    this.#stage = stage;
    this.#since = this.#now();
    if (this.#output.isTTY === true) this.#redraw(`${this.#colors.bold(stage)} …`);
  }

  step(done: number, of: number): void {
    const seconds = (this.#now() - this.#since) / 1000;
    const left = ((of - done) * seconds) / done;
    if (this.#output.isTTY === true) {
      const filled = Math.round((WIDTH * done) / of);
      const bar = this.#colors.cyan('█'.repeat(filled)) + this.#colors.dim('░'.repeat(WIDTH - filled));
      this.#redraw(`${this.#colors.bold(this.#stage.padEnd(8))} ${bar} ${done}/${of}  ${left.toFixed(left < 10 ? 1 : 0)} s left`);
    } else if (done < of && done % Math.ceil(of / 4) === 0) {
      this.#output.write(`${this.#stage}: ${done} of ${of} steps, ${left.toFixed(1)} s left\n`);
    }
  }

  /** Ends the stage with a line that stays. */
  end(what: string): void {
    const seconds = ((this.#now() - this.#since) / 1000).toFixed(1);
    if (this.#output.isTTY === true) this.#redraw('');
    this.#output.write(`${this.#stage.padEnd(8)} ${what} in ${seconds} s\n`);
  }

  /** A line that stays, between stages. */
  tell(what: string): void {
    this.#output.write(`${what}\n`);
  }

  #redraw(text: string): void {
    this.#output.write(`\r\u001b[K${text}`);
  }
}
