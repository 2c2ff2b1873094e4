import type { Weight, Weights } from '../safetensors/weights.ts';

const OUTSIDE: Readonly<Record<string, string>> = {
  'text_model.embeddings.token_embedding.weight': 'token_embedding.weight',
  'text_model.embeddings.position_embedding.weight': 'positional_embedding',
  'text_model.final_layer_norm.weight': 'ln_final.weight',
  'text_model.final_layer_norm.bias': 'ln_final.bias',
};

const IN_A_LAYER: Readonly<Record<string, string>> = {
  'self_attn.out_proj': 'attn.out_proj',
  layer_norm1: 'ln_1',
  layer_norm2: 'ln_2',
  'mlp.fc1': 'mlp.c_fc',
  'mlp.fc2': 'mlp.c_proj',
};

/** In the order in which OpenCLIP stacks them. */
const STACKED = ['q', 'k', 'v'] as const;

const LAYER = /^text_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)$/;

/**
 * A CLIP text encoder's weights under transformers' names, of a file that has OpenCLIP's
 * (https://github.com/mlfoundations/open_clip/blob/main/src/open_clip/transformer.py) with `prefix` before them. Queries, keys and
 * values are thirds of one stacked tensor; the projection lies the other way round. Nothing is copied.
 */
export function openClipWeights(weights: Weights, prefix: string): Weights {
  return {
    has: (name) => weights.has(prefix + (stackOf(name)?.stack ?? plainName(name))),
    take(name, dims) {
      const stacked = stackOf(name);
      if (stacked !== undefined) return third(weights.take(prefix + stacked.stack, stackedDims(dims)), dims, stacked.place);
      if (name !== 'text_projection.weight' || weights.has(`${prefix}text_projection.weight`)) return weights.take(prefix + plainName(name), dims);
      return { ...weights.take(`${prefix}text_projection`, dims.toReversed()), dims, transposed: true };
    },
  };
}

function plainName(name: string): string {
  const outside = OUTSIDE[name];
  if (outside !== undefined) return outside;
  const [, layer, inside = '', parameter] = LAYER.exec(name) ?? [];
  return layer === undefined ? name : `transformer.resblocks.${layer}.${IN_A_LAYER[inside] ?? inside}.${parameter ?? ''}`;
}

interface Stacked {
  readonly stack: string;
  /** 0, 1 or 2 */
  readonly place: number;
}

function stackOf(name: string): Stacked | undefined {
  const [, layer, inside = '', parameter] = LAYER.exec(name) ?? [];
  const place = STACKED.findIndex((which) => inside === `self_attn.${which}_proj`);
  return place < 0 ? undefined : { stack: `transformer.resblocks.${layer ?? ''}.attn.in_proj_${parameter ?? ''}`, place };
}

function stackedDims([rows = 0, ...rest]: readonly number[]): readonly number[] {
  return [3 * rows, ...rest];
}

function third(stack: Weight, dims: readonly number[], place: number): Weight {
  const length = stack.length / 3;
  return { ...stack, dims, offset: stack.offset + place * length, length };
}
