import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

/**
 * Bytes of memory that this machine, or the container that this process is in, can still give. Files in the page cache count as free: mapped
 * weights fill it, and it is given up when memory is wanted.
 */
export function freeMemory(cgroup = '/sys/fs/cgroup', ofMachine = freemem()): number {
  return Math.min(ofMachine, leftInVersion2(cgroup), leftInVersion1(join(cgroup, 'memory')));
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files */
function leftInVersion2(folder: string): number {
  return left(readNumber(folder, 'memory.max'), readNumber(folder, 'memory.current'), readCached(folder, ['active_file', 'inactive_file']));
}

/** https://docs.kernel.org/admin-guide/cgroup-v1/memory.html */
function leftInVersion1(folder: string): number {
  return left(readNumber(folder, 'memory.limit_in_bytes'), readNumber(folder, 'memory.usage_in_bytes'), readCached(folder, ['total_active_file', 'total_inactive_file']));
}

/** No limit ("max", or no such file) leaves everything. */
function left(limit: number, used: number, cached: number): number {
  return Number.isFinite(limit) && Number.isFinite(used) ? Math.max(limit - (used - cached), 0) : Infinity;
}

function readNumber(folder: string, name: string): number {
  return Number(read(folder, name)?.trim() ?? Number.NaN);
}

function readCached(folder: string, fields: readonly string[]): number {
  const lines = read(folder, 'memory.stat')?.split('\n') ?? [];
  const found = lines.map((line) => line.split(' ')).filter(([name = '']) => fields.includes(name));
  return found.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

function read(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return undefined;
  }
}
