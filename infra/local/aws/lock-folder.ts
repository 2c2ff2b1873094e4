import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps a data folder to one process: two writers would ruin its journals.
 *
 * The lock is a listening local socket, because the system drops it with its process however that dies, while a file
 * with a process id in it outlives a kill -9. Throws when another process holds the folder.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = socketPath(await realpath(folder));
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (await isAlive(path)) throw new Error(`${folder} is in use by another local AWS: stop it, or choose another folder`);
    await rm(path, { force: true });
    return listen(path);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Sockets have short names (108 bytes), folders need not. */
function socketPath(folder: string): string {
  const name = `refinery-aws-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
