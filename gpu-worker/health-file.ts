import { writeFileSync } from 'node:fs';

const AT_MOST_EVERY_MS = 5000;

/**
 * Touches a file while the loop turns, for the container's health check, which looks at its age.
 * @returns what to call at each sign of life; it does nothing without a path
 */
export function openHealthFile(path: string | undefined, now: () => number = Date.now): () => void {
  let last = -Infinity;
  return () => {
    if (path === undefined || now() - last < AT_MOST_EVERY_MS) return;
    last = now();
    writeFileSync(path, `${new Date(last).toISOString()}\n`);
  };
}
