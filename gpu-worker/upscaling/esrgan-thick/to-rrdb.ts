import { toHalf } from '../../painting/half-float.ts';
import type { TensorBytes } from '../../sdxl/safetensors/write-safetensors.ts';
import { type Tensor, tensor } from '../../sdxl/tensor.ts';

const BLOCKS = 10;
/** Of each dense block; a last one, "LFF", brings its channels back. */
const GROWING_CONVS = 4;
const SCALE = 4;
const COLOURS = 3;

/** The network's tensors under Real-ESRGAN's names, as PyTorch has them, in half precision. Throws `RangeError` when one is missing or over. */
export function toRrdb(tfjs: ReadonlyMap<string, Tensor>): Readonly<Record<string, TensorBytes>> {
  const rest = new Map(tfjs);
  const take = (name: string): Tensor => {
    const found = rest.get(name);
    if (found === undefined) throw new RangeError(`the package has no tensor ${name}`);
    rest.delete(name);
    return found;
  };
  const tensors: Record<string, TensorBytes> = {};
  for (const [module, layer] of moduleNames()) {
    const kernel = outInHeightWidth(take(`${layer}/kernel`));
    const bias = take(`${layer}/bias`);
    const isShuffled = module === 'conv_up';
    tensors[`${module}.weight`] = halves(isShuffled ? inPytorchsOrder(kernel) : kernel);
    tensors[`${module}.bias`] = halves(isShuffled ? inPytorchsOrder(bias) : bias);
  }
  if (rest.size > 0) throw new RangeError(`the package has tensors that the network does not use: ${[...rest.keys()].join(', ')}`);
  return tensors;
}

/** Ours, and the layer's in the package. */
function moduleNames(): readonly (readonly [string, string])[] {
  const names: [string, string][] = [['conv_first', 'Pre_blocks_conv']];
  for (let block = 0; block < BLOCKS; block++) {
    for (const dense of [1, 2, 3]) {
      for (let conv = 1; conv <= GROWING_CONVS; conv++) names.push([`body.${block}.rdb${dense}.conv${conv}`, `F_${block + 1}_${dense}_${conv}`]);
      names.push([`body.${block}.rdb${dense}.conv${GROWING_CONVS + 1}`, `LFF_${block + 1}_${dense}`]);
    }
  }
  return [...names, ['conv_body', 'post_blocks_conv'], ['conv_up', 'PreShuffle'], ['conv_last', 'SR']];
}

/** TensorFlow's [height, width, in, out] as PyTorch's [out, in, height, width]. */
function outInHeightWidth({ dims, data }: Tensor): Tensor {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = dims;
  const turned = tensor([outputs, inputs, height, width]);
  const area = height * width;
  for (let place = 0; place < area; place++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) turned.data[(o * inputs + i) * area + place] = data[(place * inputs + i) * outputs + o] ?? 0;
    }
  }
  return turned;
}

/** TensorFlow shuffles channels [row, column, colour] into pixels, PyTorch [colour, row, column]. */
function inPytorchsOrder({ dims: [outputs = 0, ...shape], data }: Tensor): Tensor {
  const length = data.length / outputs;
  const ordered = tensor([outputs, ...shape]);
  for (let colour = 0; colour < COLOURS; colour++) {
    for (let place = 0; place < SCALE ** 2; place++) {
      const from = place * COLOURS + colour;
      ordered.data.set(data.subarray(from * length, (from + 1) * length), (colour * SCALE ** 2 + place) * length);
    }
  }
  return ordered;
}

function halves({ dims, data }: Tensor): TensorBytes {
  const bits = Uint16Array.from(data, (value) => toHalf(value));
  return { dtype: 'F16', dims, bytes: new Uint8Array(bits.buffer) };
}
