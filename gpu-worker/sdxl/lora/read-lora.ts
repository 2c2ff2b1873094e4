import type { StoredTensor } from '../safetensors/header.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import type { SafetensorsFile } from '../safetensors/read-safetensors.ts';
import { readScalars } from '../safetensors/read-scalars.ts';
import type { Weight } from '../safetensors/weights.ts';
import { adapterAlpha } from './adapter-alpha.ts';
import { BadLora } from './bad-lora.ts';
import { otherMethodOf, parseLoraKey } from './lora-key.ts';
import type { LoraPart } from './lora-key.ts';
import type { LoraNetwork, LoraTarget } from './lora-targets.ts';
import { seemsFor } from './seems-for.ts';

/** The update of one layer, strength · scale · up · (mid ·) down, its matrices where they lie in the file. */
export interface LoraUpdate {
  readonly rank: number;
  /** alpha / rank */
  readonly scale: number;
  /** [rank, in], or [rank, in, kernel, kernel]; with a `mid` [rank, in, 1, 1] */
  readonly down: Weight;
  /** [rank, rank, kernel, kernel] */
  readonly mid: Weight | undefined;
  /** [out, rank], or [out, rank, 1, 1] */
  readonly up: Weight;
}

/** A LoRA file that fits a model: its updates by network and layer. */
export interface Lora {
  /** The file's real path. */
  readonly path: string;
  readonly updates: Readonly<Record<LoraNetwork, ReadonlyMap<string, LoraUpdate>>>;
}

/**
 * Reads a LoRA file and fits every tensor of it to a layer. Throws `BadLora` naming the first tensor that does not fit and what the
 * file seems to be for, or `BadWeights` for a file that is no sound safetensors file.
 */
export async function readLora(path: string, targets: ReadonlyMap<string, LoraTarget>): Promise<Lora> {
  const file = await readSafetensors(path);
  const layers = sortByLayer(file, targets);
  const alphas = await readScalars(file, [...layers.values()].flatMap(({ parts: { alpha } }) => (alpha === undefined ? [] : [alpha])));
  const noted = adapterAlpha(file.metadata);
  const updates = { unet: new Map<string, LoraUpdate>(), text_encoder: new Map<string, LoraUpdate>(), text_encoder_2: new Map<string, LoraUpdate>() };
  for (const [target, layer] of layers) {
    const { down, mid, up, rank } = checkShapes(file, target, layer);
    const { network, module } = target;
    const { alpha: stored } = layer.parts;
    const alpha = stored === undefined ? noted(network, module, rank) : alphas.get(stored.name);
    if (alpha !== undefined && !Number.isFinite(alpha)) throw new BadLora(file.path, stored?.name ?? down.name, `has the alpha ${alpha}: the file is damaged`);
    updates[network].set(module, { rank, scale: (alpha ?? rank) / rank, down, mid, up });
  }
  return { path: file.path, updates };
}

interface Layer {
  /** As the file calls it. */
  readonly name: string;
  readonly parts: Partial<Record<LoraPart, StoredTensor>>;
}

function sortByLayer(file: SafetensorsFile, targets: ReadonlyMap<string, LoraTarget>): ReadonlyMap<LoraTarget, Layer> {
  const layers = new Map<string, Layer & { readonly target: LoraTarget }>();
  for (const tensor of file.tensors.values()) {
    const method = otherMethodOf(tensor.name);
    if (method !== undefined) throw new BadLora(file.path, tensor.name, `belongs to ${method}; this engine applies LoRA (and LoCon) files only`);
    const key = parseLoraKey(tensor.name);
    const target = key && targets.get(key.layer);
    if (key === undefined || target === undefined) throw new BadLora(file.path, tensor.name, `fits no layer of this model.${guess(file)}`);
    const place = `${target.network} ${target.module}`;
    const layer = layers.get(place) ?? { name: key.layer, parts: {}, target };
    if (layer.parts[key.part] !== undefined) throw new BadLora(file.path, tensor.name, `is the same layer's ${key.part} as "${layer.parts[key.part]?.name ?? ''}"`);
    layers.set(place, { ...layer, parts: { ...layer.parts, [key.part]: tensor } });
  }
  if (layers.size === 0) throw new BadLora(file.path, '', 'is missing: the file holds no tensors');
  return new Map([...layers.values()].map(({ target, name, parts }) => [target, { name, parts }]));
}

function checkShapes(file: SafetensorsFile, { dims }: LoraTarget, { name, parts }: Layer): Pick<LoraUpdate, 'rank' | 'down' | 'mid' | 'up'> {
  const { down, mid, up } = parts;
  const [present] = Object.values(parts);
  if (down === undefined || up === undefined) {
    throw new BadLora(file.path, present?.name ?? name, `has no ${down === undefined ? 'down' : 'up'} beside it: the file is incomplete`);
  }
  const [rank = 0] = down.dims;
  const [outputs = 0, inputs = 0, ...kernel] = dims;
  const point = kernel.map(() => 1);
  const fit = (tensor: StoredTensor, shape: readonly number[]): Weight => {
    if (rank > 0 && withoutOnes(tensor.dims) === withoutOnes(shape)) return { ...tensor, dims: shape, file: file.path };
    const wanted = shape.map((dim, axis) => (dim === rank && tensor === down && axis === 0 ? 'rank' : dim)).join(', ');
    throw new BadLora(file.path, tensor.name, `has shape [${tensor.dims.join(', ')}], but this model's layer takes [${wanted}].${guess(file)}`);
  };
  return {
    rank,
    down: fit(down, [rank, inputs, ...(mid === undefined ? kernel : point)]),
    mid: mid && fit(mid, [rank, rank, ...kernel]),
    up: fit(up, [outputs, rank, ...point]),
  };
}

/** A 1×1 convolution's [out, in, 1, 1] is a linear layer's [out, in]. */
function withoutOnes([outputs = 0, inputs = 0, ...kernel]: readonly number[]): string {
  return [outputs, inputs, ...kernel.slice(0, kernel.findLastIndex((size) => size !== 1) + 1)].join();
}

function guess(file: SafetensorsFile): string {
  const family = seemsFor(file);
  return family === undefined ? '' : ` The file seems to be for ${family}.`;
}
