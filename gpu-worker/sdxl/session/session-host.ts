import type { SessionSource } from './session-options.ts';
import type { Session } from './session.ts';

/** Told after every run of a graph: which one, and how many milliseconds of it were spent inside onnxruntime. */
export type OnRun = (run: { readonly session: string; readonly insideMs: number }) => void;

/** Where sessions live: in this process or in a child process. */
export interface SessionHost {
  open(source: SessionSource): Promise<Session>;
  /** Closes every session of the host. */
  close(): Promise<void>;
}
