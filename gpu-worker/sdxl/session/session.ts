import type { Tensor } from '../tensor.ts';

/** What a graph is fed: float32 numbers, or token ids. */
export type Feed = Tensor | { readonly dims: readonly number[]; readonly data: Int32Array };

/** One loaded graph, in this process or in a child process; runs wait for one another. */
export interface Session {
  /** Runs the graph once and returns the outputs asked for by name. A dead child process: `ModelHostDied`. */
  run(feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}
