import { crc32 } from 'node:zlib';
import { CODED_BITS, MESSAGE_BITS, decodeGolay, encodeGolay } from './golay-code.ts';

/** What the watermark says: that Refinery made the picture, in which of its forms, and the short id of the job. */
export interface Mark {
  /** 40 bits as 10 hexadecimal digits: shortJobId (../short-job-id.ts). */
  readonly jobId: string;
}

/** The watermark's own version: a reader of another one finds nothing here. */
const FORM = 1;
const BYTES = 9;
const BLOCKS = (BYTES * 8) / MESSAGE_BITS;
/** Bits that are written into a picture: 72 of message, twice as many coded. */
export const MARK_BITS = BLOCKS * CODED_BITS;

/** One byte form, five of job id, three of checksum; as signs of coded bits, ±1. */
export function encodeMark({ jobId }: Mark): readonly number[] {
  const bytes = Buffer.alloc(BYTES);
  bytes[0] = FORM;
  bytes.write(jobId, 1, 5, 'hex');
  bytes.writeUIntBE(checksum(bytes), 6, 3);
  return Array.from({ length: BLOCKS }, (_, block) => encodeGolay(readBits(bytes, block))).flat();
}

/** Reads coded bits, given how much speaks for each being a one; `undefined` when the checksum does not fit: one chance in 2³² for noise. */
export function decodeMark(evidence: ArrayLike<number>): Mark | undefined {
  const bytes = Buffer.alloc(BYTES);
  for (let block = 0; block < BLOCKS; block += 1) {
    const message = decodeGolay(Array.from({ length: CODED_BITS }, (_, bit) => evidence[block * CODED_BITS + bit] ?? 0));
    writeBits(bytes, block, message);
  }
  if (bytes[0] !== FORM || bytes.readUIntBE(6, 3) !== checksum(bytes)) return undefined;
  return { jobId: bytes.toString('hex', 1, 6) };
}

function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(0, 6)) & 0xff_ff_ff;
}

/** Two blocks of 12 bits share three bytes. */
function readBits(bytes: Buffer, block: number): number {
  const three = bytes.readUIntBE(Math.floor(block / 2) * 3, 3);
  return block % 2 === 0 ? three >> MESSAGE_BITS : three & 0xf_ff;
}

function writeBits(bytes: Buffer, block: number, message: number): void {
  const at = Math.floor(block / 2) * 3;
  const three = bytes.readUIntBE(at, 3);
  bytes.writeUIntBE(block % 2 === 0 ? three | (message << MESSAGE_BITS) : three | message, at, 3);
}
