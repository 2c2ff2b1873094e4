import { open } from 'node:fs/promises';

/** Makes the names of files that were created or renamed in a folder outlive a power cut too. Windows has no such call, and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
