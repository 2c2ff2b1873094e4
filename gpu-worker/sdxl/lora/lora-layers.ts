import type { ConvOptions, FeatureMap, Layers, Rows } from '../networks/layers.ts';
import type { Weight, Weights } from '../safetensors/weights.ts';
import type { LoraUpdate } from './read-lora.ts';

/** A layer's update by one LoRA file, and the graph input that its strength is fed through. */
export interface Branch {
  readonly input: string;
  readonly update: LoraUpdate;
}

/** Branches by the layer that they stand beside. */
export type Branches = ReadonlyMap<string, readonly Branch[]>;

/**
 * Layers of any provider with low-rank branches beside them (Hu et al. 2021, https://arxiv.org/abs/2106.09685), not merged: the
 * weights stay where they lie in their files, and the strength can change from run to run. Strength 0 adds exactly 0.
 */
export function withBranches(layers: Layers, branches: Branches): Layers {
  const beside = (name: string): readonly (Branch & { readonly name: string })[] =>
    (branches.get(name) ?? []).map((branch, i) => ({ ...branch, name: branchName(name, i) }));

  const addToRows = (y: Rows, x: Rows, layer: string): Rows =>
    beside(layer).reduce((sum, { name, input, update }) => {
      const low = layers.linear(x, `${name}.down`, update.rank, { bias: false });
      const up = layers.linear(layers.scaleRows(low, input, update.scale), `${name}.up`, y.width, { bias: false });
      return layers.addRows(sum, up);
    }, y);

  const addToMap = (y: FeatureMap, x: FeatureMap, layer: string, options: ConvOptions): FeatureMap =>
    beside(layer).reduce((sum, { name, input, update }) => {
      const { rank: channels } = update;
      const point = { kernel: 1, bias: false } as const;
      const low =
        update.mid === undefined
          ? layers.conv(x, `${name}.down`, { ...options, channels, bias: false })
          : layers.conv(layers.conv(x, `${name}.down`, { ...point, channels }), `${name}.mid`, { ...options, channels, bias: false });
      const up = layers.conv(layers.scaleMap(low, input, update.scale), `${name}.up`, { ...point, channels: y.channels });
      return layers.addMaps(sum, up);
    }, y);

  return {
    mapInput: (...args) => layers.mapInput(...args),
    rowsInput: (...args) => layers.rowsInput(...args),
    output: (...args) => layers.output(...args),
    groupNorm: (...args) => layers.groupNorm(...args),
    addMaps: (...args) => layers.addMaps(...args),
    scaleMap: (...args) => layers.scaleMap(...args),
    addToPixels: (...args) => layers.addToPixels(...args),
    concatChannels: (...args) => layers.concatChannels(...args),
    enlargeTo: (...args) => layers.enlargeTo(...args),
    enlargeTwice: (...args) => layers.enlargeTwice(...args),
    toRows: (...args) => layers.toRows(...args),
    toMap: (...args) => layers.toMap(...args),
    layerNorm: (...args) => layers.layerNorm(...args),
    activate: (...args) => layers.activate(...args),
    gate: (...args) => layers.gate(...args),
    scaleRows: (...args) => layers.scaleRows(...args),
    addRows: (...args) => layers.addRows(...args),
    concatRows: (...args) => layers.concatRows(...args),
    attention: (...args) => layers.attention(...args),
    embedTokens: (...args) => layers.embedTokens(...args),
    pickRows: (...args) => layers.pickRows(...args),

    conv: (x, name, options) => addToMap(layers.conv(x, name, options), x, name, options),
    linear: (x, name, width, options) => addToRows(layers.linear(x, name, width, options), x, name),
    // The branch's own product is needed before the gate: with one, the layer is computed whole and split afterwards.
    geglu: (x, name, width) => (branches.has(name) ? layers.gate(addToRows(layers.linear(x, name, 2 * width), x, name)) : layers.geglu(x, name, width)),
  };
}

/** A network's weights and those of its branches, under the names that `withBranches` asks for. */
export function withBranchWeights(weights: Weights, branches: Branches): Weights {
  const own = new Map<string, Weight>(
    [...branches].flatMap(([layer, list]) =>
      list.flatMap(({ input, update: { down, mid, up } }, i) => {
        const name = branchName(layer, i);
        const parts = { down, up, ...(mid && { mid }) };
        // Two LoRA files often have the same tensor at the same place: the input's name tells them apart in the graph.
        return Object.entries(parts).map(([part, weight]) => [`${name}.${part}.weight`, { ...weight, name: `${input}/${weight.name}` }] as const);
      }),
    ),
  );
  return {
    has: (name) => own.has(name) || weights.has(name),
    take(name, dims) {
      const weight = own.get(name);
      return weight === undefined ? weights.take(name, dims) : { ...weight, dims };
    },
  };
}

function branchName(layer: string, i: number): string {
  return `${layer}.lora.${i}`;
}
