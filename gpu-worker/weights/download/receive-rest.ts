import type { FileHandle } from 'node:fs/promises';
import { explainFileError } from '../cannot-continue.ts';
import type { Hub, HubFile } from '../hub/hub.ts';
import { HubUnavailable, explainNetworkError } from '../hub/hub-error.ts';
import type { Answer } from '../hub/send.ts';
import type { PartFile } from './part-file.ts';

/** A file of a repository at a commit. */
export interface RemoteFile extends HubFile {
  readonly repo: string;
  readonly commit: string;
}

export interface Receiving {
  readonly signal: AbortSignal;
  /** After how long without a byte the connection counts as cut. */
  readonly stallMs: number;
  onBytes(bytes: number): void;
  /** The server did not go on where we stopped; so many bytes come once more. */
  onRestart(lostBytes: number): void;
}

/** The server's file has another length than the hub's list says. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/** Fetches what is missing of a file, in one request. @throws {HubUnavailable} with what came kept @throws {HubRefused | WrongLength | CannotContinue} */
export async function receiveRest(hub: Hub, file: RemoteFile, part: PartFile, { signal, stallMs, onBytes, onRestart }: Receiving): Promise<void> {
  const { bytes: have, etag } = await part.state();
  if (have === file.bytes) return;
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallMs);
  let host = new URL(hub.address.endpoint).host;
  try {
    const answer = await hub.open(file.repo, file.commit, file.path, { from: have, etag }, AbortSignal.any([signal, stall.signal]));
    ({ host } = answer);
    const from = firstByte(answer, file);
    if (from > have) throw new WrongLength(`${host} goes on at byte ${from}, not at ${have}`);
    if (from < have) onRestart(have - from);
    const out = await part.writeFrom(from, strongTag(answer.response.headers)).catch(rethrow(part));
    try {
      await copy(answer, out, from, file.bytes, (bytes) => {
        timer.refresh();
        onBytes(bytes);
      }).catch(rethrow(part));
    } finally {
      await out.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (stall.signal.aborted) throw new HubUnavailable(`${host} has sent nothing for ${Math.round(stallMs / 1000)} s`);
    throw explainNetworkError(error, host);
  } finally {
    clearTimeout(timer);
  }
}

/** Which byte the answer begins with. */
function firstByte({ response, host }: Answer, file: RemoteFile): number {
  if (response.status === 200) return 0;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (response.status !== 206 || range === null) throw new WrongLength(`${host} cannot continue ${file.path} (${response.status})`);
  if (range[2] !== '*' && Number(range[2]) !== file.bytes) throw new WrongLength(`${file.path} has ${range[2]} bytes at ${host}, ${file.bytes} in the hub's list`);
  return Number(range[1]);
}

/** If-Range takes strong tags only (RFC 9110, 13.1.5). Some of the hub's hosts send none: the checksum decides in the end. */
function strongTag(headers: Headers): string | undefined {
  const tag = headers.get('etag');
  return tag?.startsWith('"') === true ? tag : undefined;
}

async function copy({ response, host }: Answer, out: FileHandle, from: number, end: number, onBytes: (bytes: number) => void): Promise<void> {
  let at = from;
  for await (const chunk of response.body ?? []) {
    if (at + chunk.length > end) throw new WrongLength(`${host} sends more than the ${end} bytes in the hub's list`);
    await writeAll(out, chunk, at);
    at += chunk.length;
    onBytes(chunk.length);
  }
  if (at < end) throw new HubUnavailable(`${host} ended the file ${end - at} bytes early`);
}

/** One write may take less than it is given, and does so when the disk is about to be full. */
async function writeAll(out: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await out.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
}

function rethrow(part: PartFile): (error: unknown) => never {
  return (error) => {
    throw explainFileError(error, `write ${part.path}`);
  };
}
