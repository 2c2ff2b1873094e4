import { readFile } from 'node:fs/promises';

/** The model hosts that this process has started, from Linux's own list of its children. */
export async function modelHostPids(): Promise<number[]> {
  const children = (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const named = await Promise.all(children.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8')] as const));
  return named.filter(([, line]) => line.includes('model-host-main')).map(([pid]) => Number(pid));
}
