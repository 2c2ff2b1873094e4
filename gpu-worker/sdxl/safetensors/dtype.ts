/** Bytes per element of the types a safetensors header may name: https://huggingface.co/docs/safetensors */
const BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof BYTES;

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(BYTES, name);
}

export function bytesPerElement(dtype: Dtype): number {
  return BYTES[dtype];
}
