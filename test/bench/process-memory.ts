import { readFile } from 'node:fs/promises';

export interface ProcessMemory {
  readonly pid: number;
  /** Most of physical memory it has held, MiB; mapped weights included. */
  readonly peakMiB: number;
  /** Of what it holds now: its own, and what it maps from files. */
  readonly anonymousMiB: number;
  readonly mappedMiB: number;
}

/** Reads a process's memory from Linux's /proc; undefined elsewhere, and when the process is gone. */
export async function readProcessMemory(pid: number): Promise<ProcessMemory | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
    return { pid, peakMiB: field('VmHWM'), anonymousMiB: field('RssAnon'), mappedMiB: field('RssFile') };
  } catch {
    return undefined;
  }
}

/** This process's children; none where there is no /proc. */
export async function childPids(): Promise<readonly number[]> {
  try {
    const list = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
    return list.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
