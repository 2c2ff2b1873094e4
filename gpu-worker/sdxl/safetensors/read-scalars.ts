import { open } from 'node:fs/promises';
import { BadWeights } from './bad-weights.ts';
import type { StoredTensor } from './header.ts';
import type { SafetensorsFile } from './read-safetensors.ts';

/** Reads tensors of one element each, by name. Throws `BadWeights` for any of more, or of a type that is no number. */
export async function readScalars(file: SafetensorsFile, tensors: readonly StoredTensor[]): Promise<ReadonlyMap<string, number>> {
  const scalars = new Map<string, number>();
  if (tensors.length === 0) return scalars;
  const handle = await open(file.path, 'r');
  try {
    for (const tensor of tensors) {
      if (tensor.dims.some((dim) => dim !== 1)) {
        throw new BadWeights(file.path, tensor.name, `has shape [${tensor.dims.join(', ')}]; it should be a single number`);
      }
      const bytes = Buffer.alloc(tensor.length);
      const { bytesRead } = await handle.read(bytes, 0, tensor.length, tensor.offset);
      if (bytesRead !== tensor.length) throw new BadWeights(file.path, undefined, 'became shorter while it was read');
      scalars.set(tensor.name, scalarOf(file.path, tensor, bytes));
    }
  } finally {
    await handle.close();
  }
  return scalars;
}

function scalarOf(file: string, { name, dtype }: StoredTensor, bytes: Buffer): number {
  switch (dtype) {
    case 'F64':
      return bytes.readDoubleLE();
    case 'F32':
      return bytes.readFloatLE();
    case 'F16':
      return halfToNumber(bytes.readUInt16LE());
    case 'BF16': // the upper half of a float32
      return Buffer.from([0, 0, ...bytes]).readFloatLE();
    case 'I64':
      return Number(bytes.readBigInt64LE());
    case 'I32':
      return bytes.readInt32LE();
    default:
      throw new BadWeights(file, name, `is of type ${dtype}; it should be a floating-point number`);
  }
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
