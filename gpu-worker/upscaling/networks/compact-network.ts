import { BadWeights } from '../../sdxl/safetensors/bad-weights.ts';
import { buildCompact } from './compact-graph.ts';
import type { PrefixedFile } from './prefixed-file.ts';
import type { UpscalingNetwork } from './upscaling-network.ts';

const BYTES = 4;

/** A compact network, when the file holds one. Throws `BadWeights` for one that cannot be run. */
export function compactNetwork({ file, prefix, dims, weights }: PrefixedFile): UpscalingNetwork | undefined {
  const [features, inChannels] = dims('body.0.weight') ?? [];
  if (features === undefined || dims('body.1.weight')?.length !== 1) return undefined;
  const last = lastConv(dims);
  const name = `${prefix}body.${last}.weight`;
  const [outChannels = 0] = dims(`body.${last}.weight`) ?? [];
  const scale = Math.sqrt(outChannels / 3);
  if (inChannels !== 3) throw new BadWeights(file.path, `${prefix}body.0.weight`, `takes ${inChannels ?? 'no'} channels; pictures have 3`);
  if (![1, 2, 4, 8].includes(scale)) throw new BadWeights(file.path, name, `makes ${outChannels} channels; 3 times 1, 4, 16 or 64 were expected, for a picture 1, 2, 4 or 8 times larger`);
  const convs = last / 2 - 1;
  return {
    scale,
    unshuffle: 1,
    // Every convolution sees one pixel farther: tiles come out exactly as in the whole picture.
    overlap: convs + 2,
    bytesPerPixel: BYTES * (3 * features + 3 * 3 * scale ** 2),
    weights,
    build: (layers) => buildCompact(layers, { features, convs, scale }),
  };
}

/** Convolutions stand at even places, their PReLUs after them; the last has none. */
function lastConv(dims: PrefixedFile['dims']): number {
  let last = 0;
  while (dims(`body.${last + 1}.weight`) !== undefined || dims(`body.${last + 2}.weight`) !== undefined) last += 2;
  return last;
}
