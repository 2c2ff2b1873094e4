import { Worker } from 'node:worker_threads';

const LOOK_EVERY_MS = 500;

/**
 * Kills this process soon after its parent is gone, even while a run blocks the event loop and no 'disconnect' can be heard:
 * a worker whose main process was killed is started anew, and the memory must be free by then.
 */
export function killWithParent(): void {
  const watch = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${LOOK_EVERY_MS});
  `;
  new Worker(watch, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
