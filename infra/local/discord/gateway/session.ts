/** One gateway session: its events are numbered and kept, so that a client that lost its connection can resume. */
import { randomBytes } from 'node:crypto';

/** Dispatches kept for a resume; a client further behind has to identify anew. */
const KEPT_DISPATCHES = 1000;

export interface Dispatch {
  readonly op: 0;
  readonly t: string;
  readonly s: number;
  readonly d: unknown;
}

export class Session {
  readonly id = randomBytes(16).toString('hex');
  #sequence = 0;
  readonly #kept: Dispatch[] = [];
  #send: ((dispatch: Dispatch) => void) | undefined;
  /** Epoch milliseconds at which its connection was lost. */
  lostAt: number | undefined;

  constructor(
    readonly botUserId: string,
    readonly token: string,
    readonly intents: number,
    readonly shard: readonly [id: number, count: number],
  ) {}

  get connected(): boolean {
    return this.#send !== undefined;
  }

  connect(send: (dispatch: Dispatch) => void): void {
    this.#send = send;
    this.lostAt = undefined;
  }

  disconnect(now: number): void {
    this.#send = undefined;
    this.lostAt = now;
  }

  dispatch(t: string, d: unknown): void {
    this.#sequence += 1;
    const dispatch: Dispatch = { op: 0, t, s: this.#sequence, d };
    this.#kept.push(dispatch);
    if (this.#kept.length > KEPT_DISPATCHES) this.#kept.shift();
    this.#send?.(dispatch);
  }

  /** What came after `sequence`; undefined when that can no longer be told. */
  missedSince(sequence: number): readonly Dispatch[] | undefined {
    if (sequence > this.#sequence) return undefined;
    const oldest = this.#kept[0]?.s ?? this.#sequence + 1;
    return sequence + 1 < oldest ? undefined : this.#kept.filter(({ s }) => s > sequence);
  }
}
