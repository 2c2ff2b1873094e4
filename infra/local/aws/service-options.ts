import type { Credentials } from './sigv4.ts';

/** What each of the three services needs to start. */
export interface ServiceOptions {
  /** An existing folder, this process's own. */
  readonly dataDir: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly credentials: Credentials;
  /** Named in ARNs; requests may be signed for any. */
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
