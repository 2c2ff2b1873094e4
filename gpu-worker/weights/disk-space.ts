import { statfs } from 'node:fs/promises';
import { formatBytes } from './byte-size.ts';
import { CannotContinue } from './cannot-continue.ts';

/** Bytes that this user may still write in a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws {CannotContinue} naming what is needed, what is free, and what to do */
export function checkSpace(neededBytes: number, free: number, folder: string): void {
  if (neededBytes <= free) return;
  const amounts = `${formatBytes(neededBytes)} are needed (${neededBytes} bytes), ${formatBytes(free)} are free (${free} bytes)`;
  throw new CannotContinue(`Not enough room in ${folder}: ${amounts}. Make room, or set MODELS_DIR to a folder on a larger disk.`);
}
