import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BadWeights } from './bad-weights.ts';
import { parseHeader } from './header.ts';
import type { Header } from './header.ts';

/** A safetensors file whose header was read and checked; its data was not touched. */
export interface SafetensorsFile extends Header {
  /** The real path: onnxruntime refuses to follow a symlink out of its folder. */
  readonly path: string;
}

/** The limit of the format's reference reader. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** Reads a safetensors file's header. Throws `BadWeights` for anything that is not a whole, sound safetensors file. */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openReal(path);
  try {
    const { size } = await file.handle.stat();
    const start = await readAt(file, 0, Math.min(size, LENGTH_BYTES));
    refuseForeign(file.path, start);
    if (size < LENGTH_BYTES) throw new BadWeights(file.path, undefined, `has ${size} bytes: too short for a safetensors file, download it again`);
    const headerBytes = start.readBigUInt64LE(0);
    if (headerBytes > MAX_HEADER_BYTES || headerBytes < 2) {
      throw new BadWeights(file.path, undefined, `gives its header ${headerBytes} bytes (2 to ${MAX_HEADER_BYTES} are possible): no safetensors file, or a damaged one`);
    }
    const dataStart = LENGTH_BYTES + Number(headerBytes);
    if (dataStart > size) {
      throw new BadWeights(file.path, undefined, `ends inside its header (byte ${size} of ${dataStart}): it is truncated, download it again`);
    }
    const json = decode(file.path, await readAt(file, LENGTH_BYTES, Number(headerBytes)));
    return { path: file.path, ...parseHeader(file.path, json, dataStart, size) };
  } finally {
    await file.handle.close();
  }
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
}

async function openReal(path: string): Promise<OpenFile> {
  try {
    const real = await realpath(path);
    const handle = await open(real, 'r');
    if ((await handle.stat()).isFile()) return { path: real, handle };
    await handle.close();
  } catch (cause) {
    throw new BadWeights(path, undefined, 'cannot be opened: is it there, and may this user read it?', { cause });
  }
  throw new BadWeights(path, undefined, 'is not a file');
}

async function readAt(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.handle.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) throw new BadWeights(file.path, undefined, 'became shorter while it was read');
    read += bytesRead;
  }
  return buffer;
}

/** What people most often have in the place of a safetensors file. */
function refuseForeign(path: string, start: Buffer): void {
  if (start.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' || (start[0] === 0x80 && (start[1] ?? 0xff) <= 5 && start[2] !== 0)) {
    throw new BadWeights(path, undefined, 'is a PyTorch pickle, which can run code when it is read: use the .safetensors version of the model');
  }
  if (start.toString('latin1') === 'version ') {
    throw new BadWeights(path, undefined, 'is a Git LFS pointer, not the weights: run `git lfs pull` in the folder it came from');
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new BadWeights(path, undefined, 'has a header that is not UTF-8 text', { cause });
  }
}
