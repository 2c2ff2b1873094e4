import type { Blobs } from './blobs.ts';
import type { Entry, Store } from './store.ts';

/** What every S3 operation works with. */
export interface S3Context {
  readonly store: Store;
  readonly blobs: Blobs;
  /** Changes the store and puts the change in the journal. */
  readonly commit: (entry: Entry) => void;
  /** Removes files that nothing refers to any more, once the journal says so on disk. */
  readonly discard: (...blobs: readonly string[]) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly region: string;
}
