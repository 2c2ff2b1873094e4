/** One process at a time may write a data folder: two would bury each other's lines. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Marks the folder as ours; a mark left by a process that died is taken over.
 * @returns a function that gives the folder back
 * @throws {Error} naming the process that holds it
 */
export function lockFolder(file: string, what: string): () => void {
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : process.pid;
  if (holder !== process.pid && isAlive(holder)) throw new Error(`${what} is in use by process ${holder}: stop it, or choose another folder`);
  writeFileSync(file, `${process.pid}`);
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
