import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotContinue, explainFileError } from '../cannot-continue.ts';
import type { Hub } from '../hub/hub.ts';
import { type Sleep, retry } from '../hub/retry.ts';
import { hasContent } from './content-hash.ts';
import { PartFile } from './part-file.ts';
import { type RemoteFile, WrongLength, receiveRest } from './receive-rest.ts';

/** What a download is told, and whom it tells. */
export interface Download {
  readonly signal: AbortSignal;
  readonly sleep: Sleep;
  readonly stallMs: number;
  readonly notify: (message: string) => void;
  /** Bytes came (positive), or count no more (negative). */
  readonly onBytes: (bytes: number) => void;
  readonly onCheck: () => void;
}

/**
 * Downloads a file to `target`, going on with what an earlier attempt left there. It gets its name only when its checksum is right;
 * if it is not, the file is deleted and fetched once more. @throws {HubRefused | HubUnavailable | CannotContinue}
 */
export async function downloadFile(hub: Hub, file: RemoteFile, target: string, download: Download): Promise<void> {
  const { signal, notify } = download;
  const part = new PartFile(target, file);
  await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, `create ${dirname(target)}`);
  });
  for (let round = 1; round <= 2; round++) {
    const problem = await receiveAll(hub, file, part, download);
    if (problem === undefined) return part.finish();
    const { bytes } = await part.state();
    await part.discard();
    download.onBytes(-bytes);
    signal.throwIfAborted();
    notify(`${file.repo}/${file.path}: ${problem}; deleted${round === 1 ? ', fetching it again' : ''}`);
  }
  throw new CannotContinue(
    `${file.repo}/${file.path} came twice with the wrong content and was deleted. Something between here and the hub changes it: try another network, or another HF_ENDPOINT.`,
  );
}

/** Returns what is wrong with the file that came, if something is. */
async function receiveAll(hub: Hub, file: RemoteFile, part: PartFile, download: Download): Promise<string | undefined> {
  const { signal, sleep, stallMs, notify, onBytes, onCheck } = download;
  let came = 0;
  const receiving = {
    signal,
    stallMs,
    onBytes: (bytes: number) => {
      came += bytes;
      onBytes(bytes);
    },
    onRestart: (lostBytes: number) => {
      notify(`${file.repo}/${file.path}: the server does not go on where it stopped, so it begins again`);
      onBytes(-lostBytes);
    },
  };
  try {
    await retry(() => receiveRest(hub, file, part, receiving), { sleep, signal, notify, progress: () => came });
  } catch (error) {
    if (error instanceof WrongLength) return error.message;
    throw error;
  }
  onCheck();
  const right = await hasContent(part.path, file.bytes, file.hash, signal);
  return right ? undefined : `its checksum (${file.hash.algorithm}) is not the one that the hub lists`;
}
