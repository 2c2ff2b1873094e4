import { copyFile, link, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sumBytes } from './byte-size.ts';
import { explainFileError } from './cannot-continue.ts';
import { downloadFile } from './download/download-file.ts';
import { PartFile } from './download/part-file.ts';
import type { PlannedFile } from './plan-pull.ts';
import type { PullPorts } from './pull.ts';
import type { Survey } from './survey-folder.ts';
import { TransferProgress } from './transfer-progress.ts';

/** How many bytes have to come, and need room: files with the same content come once. */
export function bytesToCome({ present, missing, partBytes }: Survey): number {
  const have = new Set(present.map(({ hash }) => hash.hex));
  const coming = new Map(missing.filter(({ hash }) => !have.has(hash.hex)).map((file) => [file.hash.hex, file]));
  return Math.max(0, sumBytes([...coming.values()]) - partBytes);
}

/** Downloads the missing files to their places. @throws {CannotContinue | HubRefused | HubUnavailable}; an abort throws the signal's reason */
export async function fetchMissing(ports: PullPorts, folder: string, { present, missing, partBytes }: Survey, signal: AbortSignal): Promise<void> {
  const { hub, terminal, sleep, stallMs } = ports;
  if (missing.length === 0) return;
  const done = sumBytes(present) + partBytes;
  const progress = new TransferProgress(terminal.notices, { total: sumBytes(present) + sumBytes(missing), done });
  const byContent = new Map(present.map((file) => [file.hash.hex, file]));
  try {
    for (const file of missing) {
      const part = dirname(file.place);
      progress.begin(part);
      const twin = byContent.get(file.hash.hex);
      if (twin) {
        const { bytes } = await new PartFile(join(folder, file.place), file).state();
        await takeFromTwin(folder, file, twin).catch((error: unknown) => {
          throw explainFileError(error, `write ${file.place}`);
        });
        progress.move(file.bytes - bytes);
      } else {
        await downloadFile(hub, file, join(folder, file.place), {
          signal,
          sleep,
          stallMs,
          notify: (message) => progress.say(message),
          onBytes: (bytes) => progress.move(bytes),
          onCheck: () => progress.begin(`checking ${part}`),
        });
        byContent.set(file.hash.hex, file);
      }
    }
  } finally {
    progress.end();
  }
}

/** Takes a file's content from one with the same checksum: base and refiner share a text encoder, for one. */
async function takeFromTwin(folder: string, file: PlannedFile, twin: PlannedFile): Promise<void> {
  const [from, to] = [join(folder, twin.place), join(folder, file.place)];
  const part = new PartFile(to, file);
  await mkdir(dirname(to), { recursive: true });
  await part.discard();
  // Not every file system has hard links.
  await link(from, part.path).catch(() => copyFile(from, part.path));
  await rename(part.path, to);
}
