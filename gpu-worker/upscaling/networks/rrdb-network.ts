import { renamedWeights } from '../../sdxl/checkpoint/renamed-weights.ts';
import { BadWeights } from '../../sdxl/safetensors/bad-weights.ts';
import type { PrefixedFile } from './prefixed-file.ts';
import { type RrdbConfig, buildRrdb } from './rrdb-graph.ts';
import { findRrdbNames } from './rrdb-names.ts';
import type { UpscalingNetwork } from './upscaling-network.ts';

const BYTES = 4;
/** ESRGAN's; a file that was trained with another says so in its metadata. */
const SLOPE = 0.2;

/** An RRDB network, when the file holds one. Throws `BadWeights` for one that cannot be run. */
export function rrdbNetwork({ file, prefix, dims, weights }: PrefixedFile): UpscalingNetwork | undefined {
  const names = findRrdbNames((module) => weights.has(`${module}.weight`));
  if (names === undefined) return undefined;
  const shapeOf = (module: string): readonly number[] => {
    const name = `${names.inFile(module)}.weight`;
    const found = dims(name);
    if (found === undefined) throw new BadWeights(file.path, prefix + name, 'is missing: the file is of another kind of upscaler, or was cut');
    return found;
  };
  const [features = 0, inChannels = 0] = shapeOf('conv_first');
  const [growth = 0] = shapeOf('body.0.rdb1.conv1');
  const unshuffle = Math.sqrt(inChannels / 3);
  if (![1, 2, 4].includes(unshuffle)) throw new BadWeights(file.path, `${prefix}${names.inFile('conv_first')}.weight`, `takes ${inChannels} channels; 3, 12 or 48 were expected`);
  const tail = tailOf(names.doublings, () => shapeOf('conv_up')[0] ?? 0);
  const enlarged = tail.kind === 'nearest' ? 2 ** tail.doublings : tail.scale;
  if (!Number.isInteger(enlarged)) throw new BadWeights(file.path, `${prefix}conv_up.weight`, 'makes a number of channels that is no square times 3');
  const config: RrdbConfig = { inChannels, features, growth, blocks: names.blocks, slope: slopeOf(file.metadata['negative_slope']), tail };
  return {
    scale: enlarged / unshuffle,
    unshuffle,
    overlap: unshuffle * (names.blocks <= SHALLOW_BLOCKS ? 16 : 32),
    bytesPerPixel: bytesPerPixel(config) / unshuffle ** 2,
    weights: renamedWeights(weights, (module) => names.inFile(module)),
    build: (layers) => buildRrdb(layers, config),
  };
}

/**
 * A pixel depends on all within 15 times as many pixels as there are blocks, and next to nothing comes from afar. With the 10 blocks of the
 * network that ships, 8 pixels around a tile were enough for it to be off by no more than a level of 255; 16 leave room, and 32 for deeper ones.
 */
const SHALLOW_BLOCKS = 12;

function tailOf(doublings: number | undefined, shuffledChannels: () => number): RrdbConfig['tail'] {
  return doublings === undefined ? { kind: 'shuffle', scale: Math.sqrt(shuffledChannels() / 3) } : { kind: 'nearest', doublings };
}

function slopeOf(text: string | undefined): number {
  const slope = Number(text ?? SLOPE);
  return slope >= 0 && slope < 1 ? slope : SLOPE;
}

/** A dense block: measured with the network that ships, 4.2 kB. A tail of doublings: three maps of the full size. */
function bytesPerPixel({ features, growth, tail }: RrdbConfig): number {
  const trunk = BYTES * (4 * features + 4 * (features + 4 * growth));
  const end = tail.kind === 'shuffle' ? BYTES * 3 * 3 * tail.scale ** 2 : BYTES * 3 * features * 4 ** tail.doublings;
  return Math.max(trunk, end);
}
