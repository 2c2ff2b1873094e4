import path from 'node:path';
import { inject } from 'vitest';

/**
 * What `node` starts to run an entry point of ours, e.g. `gpu-worker/main.ts`, as `npm run` does but without reading TypeScript
 * first. The end-to-end tests start everything from its source.
 */
export function builtProcess(entry: string): string {
  return path.join(inject('builtFolder'), entry.replace(/\.ts$/, '.js'));
}
