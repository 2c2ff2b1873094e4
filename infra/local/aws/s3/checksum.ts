import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A running checksum: bytes in, base64 out. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** `x-amz-checksum-crc32` */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
  }
  if (algorithm === 'CRC64NVME') return crc64();
  let value = 0;
  const next = algorithm === 'CRC32' ? crc32 : crc32c;
  return {
    update: (bytes) => {
      value = next(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes.toString('base64');
    },
  };
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

function crc32c(bytes: Uint8Array, start: number): number {
  let c = ~start;
  for (const byte of bytes) c = (CRC32C_TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return ~c >>> 0;
}

/** CRC-64/NVME in two halves of 32 bits: BigInt would be fifty times slower. */
const [CRC64_HIGH, CRC64_LOW] = crc64Tables();

function crc64Tables(): readonly [Uint32Array, Uint32Array] {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let n = 0; n < 256; n += 1) {
    let c = BigInt(n);
    for (let bit = 0; bit < 8; bit += 1) c = c & 1n ? (c >> 1n) ^ 0x9a6c9329ac4bc9b5n : c >> 1n;
    high[n] = Number(c >> 32n);
    low[n] = Number(c & 0xffffffffn);
  }
  return [high, low];
}

function crc64(): RunningChecksum {
  let [high, low] = [0xffffffff, 0xffffffff];
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const at = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64_LOW[at] ?? 0);
        high = (high >>> 8) ^ (CRC64_HIGH[at] ?? 0);
      }
    },
    digest: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(~high >>> 0);
      bytes.writeUInt32BE(~low >>> 0, 4);
      return bytes.toString('base64');
    },
  };
}
