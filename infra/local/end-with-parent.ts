/**
 * Loaded into a child before its entry point (`node --import`): when the host dies, however it dies, this process is asked to
 * stop as its host would have asked it, and ended when it does not. Nothing is left running behind.
 *
 * A thread of its own watches, since the main one may be stuck: in a system call, or while modules are being loaded.
 */
import { Worker } from 'node:worker_threads';

const LOOK_EVERY_MS = 500;
const GRACE_MS = 20_000;

const watch = `
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${GRACE_MS});
  }, ${LOOK_EVERY_MS});
`;
new Worker(watch, { eval: true, execArgv: [] }).unref();
