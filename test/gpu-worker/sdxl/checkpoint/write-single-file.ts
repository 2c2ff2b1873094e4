import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRawTensors, writeRawTensors } from '../safetensors/stored-tensors.ts';
import type { RawTensor } from '../safetensors/stored-tensors.ts';
import { SINGLE_FILE } from './official-maps.ts';
import type { MapEntry } from './official-maps.ts';

/**
 * Writes a small model of SDXL's structure as a single file, by the official map read backwards: the small model has some of the real
 * one's layers, under the same names.
 */
export async function writeSingleFile(folder: string, family: 'base' | 'refiner', path: string): Promise<void> {
  const parts = new Map<string, RawTensor>();
  for (const component of family === 'base' ? ['text_encoder', 'text_encoder_2', 'unet', 'vae'] : ['text_encoder_2', 'unet', 'vae']) {
    for (const [name, tensor] of await readRawTensors(await weightsFile(join(folder, component)))) parts.set(`${component} ${name}`, tensor);
  }
  const written = new Map<string, RawTensor>();
  for (const [name, entries] of Object.entries(SINGLE_FILE[family])) {
    const found = entries.map((entry) => take(parts, entry));
    const [first] = found;
    if (first === undefined || found.includes(undefined)) continue;
    const stacked = Buffer.concat(found.map((tensor) => tensor?.bytes ?? Buffer.alloc(0)));
    const [rows = 0, ...rest] = first.dims;
    written.set(name, { dtype: first.dtype, dims: [rows * found.length, ...rest], bytes: stacked });
  }
  if (parts.size > 0) throw new Error(`not in the official map: ${[...parts.keys()].join(', ')}`);
  // As the real files have it, of no use.
  written.set('conditioner.embedders.0.transformer.text_model.embeddings.position_ids', { dtype: 'I64', dims: [1, 1], bytes: Buffer.alloc(8) });
  await writeRawTensors(path, written, { 'modelspec.prediction_type': 'epsilon' });
}

async function weightsFile(folder: string): Promise<string> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.safetensors'));
  if (file === undefined) throw new Error(`${folder} has no weights`);
  return join(folder, file);
}

function take(parts: Map<string, RawTensor>, { component, key, op }: MapEntry): RawTensor | undefined {
  const tensor = parts.get(`${component} ${key}`);
  parts.delete(`${component} ${key}`);
  if (tensor === undefined) return undefined;
  if (op === 'transpose') return transpose(tensor);
  return op.startsWith('squeeze') ? { ...tensor, dims: [...tensor.dims, 1, 1] } : tensor;
}

function transpose({ dtype, dims, bytes }: RawTensor): RawTensor {
  const [rows = 0, columns = 0] = dims;
  const size = bytes.length / (rows * columns);
  const turned = Buffer.alloc(bytes.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) bytes.copy(turned, (c * rows + r) * size, (r * columns + c) * size, (r * columns + c + 1) * size);
  }
  return { dtype, dims: [columns, rows], bytes: turned };
}
