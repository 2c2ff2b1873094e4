import { LocalSession } from './local-session.ts';
import type { OnRun, SessionHost } from './session-host.ts';
import type { SessionSource } from './session-options.ts';
import type { Feed, Session } from './session.ts';

/** Keeps sessions in this process: for scripts and tests. A run blocks the event loop. */
export class InlineHost implements SessionHost {
  readonly #sessions = new Set<LocalSession>();
  readonly #onRun: OnRun;

  constructor(onRun: OnRun = () => {}) {
    this.#onRun = onRun;
  }

  async open(source: SessionSource): Promise<Session> {
    const local = await LocalSession.create(source);
    this.#sessions.add(local);
    return {
      run: async (feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]) => {
        const run = await local.run(feeds, outputs);
        this.#onRun({ session: source.name, insideMs: run.insideMs });
        return run.outputs;
      },
      close: () => this.#release(local),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => this.#release(session)));
  }

  async #release(session: LocalSession): Promise<void> {
    if (this.#sessions.delete(session)) await session.release();
  }
}
