/**
 * Loaded into a child before its entry point (`node --import`): when the host dies, however it dies, the pipe to this
 * process ends, and the process is asked to stop as its host would have asked it. Nothing is left running behind.
 */
const GRACE_MS = 20_000;

process.stdin.once('close', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
});
process.stdin.resume();
// Watching for the end must not be what keeps the process alive. Standard input is a socket when it is a pipe to a host.
if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
