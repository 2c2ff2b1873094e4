import { BadCheckpoint } from '../checkpoint/bad-checkpoint.ts';
import { checkLength } from './parse-config.ts';

/** One level of a UNet, or its middle. */
export interface UNetBlockConfig {
  readonly channels: number;
  /** One entry per resnet: how many transformer layers follow it; 0 = none. */
  readonly transformerLayers: readonly number[];
  readonly heads: number;
}

/** A number for all, or one per entry. */
export type PerLevel<T> = T | readonly T[];

/** The fields of a UNet's config.json that say what its blocks are, as they stand. */
export interface BlockFields {
  readonly block_out_channels: readonly number[];
  readonly down_block_types: readonly string[];
  readonly up_block_types: readonly string[];
  readonly mid_block_type: string;
  readonly layers_per_block: PerLevel<number>;
  readonly transformer_layers_per_block: PerLevel<PerLevel<number>>;
  readonly reverse_transformer_layers_per_block?: readonly PerLevel<number>[] | null | undefined;
  /** Despite its name the number of heads: diffusers keeps the mistake for the files' sake. */
  readonly attention_head_dim: PerLevel<number>;
  readonly num_attention_heads?: PerLevel<number> | null | undefined;
}

export interface UNetBlocks {
  readonly down: readonly UNetBlockConfig[];
  readonly mid: UNetBlockConfig;
  /** In the order they run: deepest first. */
  readonly up: readonly UNetBlockConfig[];
}

/** Works out every block as diffusers' UNet2DConditionModel does. Throws `BadCheckpoint` for fields that do not fit together. */
export function resolveBlocks(file: string, c: BlockFields): UNetBlocks {
  const levels = c.block_out_channels.length;
  const perLevel = <T>(field: string, value: PerLevel<T>): readonly T[] => {
    if (!isList(value)) return Array.from({ length: levels }, () => value);
    checkLength(file, field, value, levels);
    return value;
  };
  const layers = perLevel('layers_per_block', c.layers_per_block);
  const heads = perLevel('attention_head_dim', c.num_attention_heads ?? c.attention_head_dim);
  const downDepths = perLevel('transformer_layers_per_block', c.transformer_layers_per_block);
  const upDepths = perLevel('reverse_transformer_layers_per_block', c.reverse_transformer_layers_per_block ?? downDepths.toReversed());
  const downTypes = perLevel('down_block_types', c.down_block_types);
  const upTypes = perLevel('up_block_types', c.up_block_types);

  const block = (level: number, attends: boolean, resnets: number, depth: PerLevel<number>, field: string): UNetBlockConfig => {
    const channels = at(c.block_out_channels, level);
    const ofLevel = at(heads, level);
    if (attends && channels % ofLevel !== 0) throw new BadCheckpoint(file, `attention_head_dim ${ofLevel} (the number of heads) does not divide ${channels} channels`);
    if (isList(depth) && depth.length !== resnets) throw new BadCheckpoint(file, `${field} has ${depth.length} entries for a block of ${resnets} layers`);
    const transformerLayers = Array.from({ length: resnets }, (_, i) => (attends ? (isList(depth) ? at(depth, i) : depth) : 0));
    return { channels, transformerLayers, heads: ofLevel };
  };
  const lastDepth = at(downDepths, levels - 1);
  const midDepth = isList(lastDepth) ? at(lastDepth, 0) : lastDepth;
  return {
    down: downTypes.map((type, i) => block(i, type.startsWith('CrossAttn'), at(layers, i), at(downDepths, i), 'transformer_layers_per_block')),
    mid: block(levels - 1, c.mid_block_type.endsWith('CrossAttn'), 1, midDepth, 'transformer_layers_per_block'),
    up: upTypes.map((type, i) => {
      const level = levels - 1 - i;
      return block(level, type.startsWith('CrossAttn'), at(layers, level) + 1, at(upDepths, i), 'reverse_transformer_layers_per_block');
    }),
  };
}

function isList<T>(value: PerLevel<T>): value is readonly T[] {
  return Array.isArray(value);
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no entry ${index} in a list of ${list.length}`);
  return value;
}
