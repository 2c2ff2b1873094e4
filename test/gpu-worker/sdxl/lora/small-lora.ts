import { fileURLToPath } from 'node:url';
import { float32Tensor } from '../safetensors/stored-tensors.ts';
import type { RawTensor } from '../safetensors/stored-tensors.ts';

const reference = fileURLToPath(new URL('../../../reference/', import.meta.url));

/** The small base of the reference numbers, and the LoRA files recorded with it. */
export const BASE = `${reference}models/base`;
export const REFINER = `${reference}models/refiner`;
export const loraFile = (name: string): string => `${reference}lora/${name}.safetensors`;

/** Numbers that look random, of the size of a LoRA's. */
export function ripples(dims: readonly number[], seed: number): RawTensor {
  const length = dims.reduce((n, dim) => n * dim, 1);
  return float32Tensor(dims, Array.from({ length }, (_, i) => Math.fround(0.3 * Math.sin(i * 1.7 + seed) * Math.cos(i * 0.31))));
}
