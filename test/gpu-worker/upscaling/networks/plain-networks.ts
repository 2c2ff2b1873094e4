/** The two upscaling networks once more, written plainly on arrays: what the graphs are compared with. */
import type { Tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

function get(tensors: Tensors, name: string): Tensor {
  const found = tensors[name];
  if (found === undefined) throw new RangeError(`no tensor ${name}`);
  return found;
}

/** 3 × 3, zeros around; x is [1, c, h, w]. */
function conv(x: Tensor, tensors: Tensors, name: string): Tensor {
  const [, inputs = 0, height = 0, width = 0] = x.dims;
  const { dims: [outputs = 0], data: weight } = get(tensors, `${name}.weight`);
  const { data: bias } = get(tensors, `${name}.bias`);
  const y = tensor([1, outputs, height, width]);
  for (let o = 0; o < outputs; o++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        let sum = bias[o] ?? 0;
        for (let i = 0; i < inputs; i++) {
          for (let k = 0; k < 9; k++) {
            const [from, at] = [row + Math.floor(k / 3) - 1, column + (k % 3) - 1];
            if (from >= 0 && from < height && at >= 0 && at < width) sum += (weight[(o * inputs + i) * 9 + k] ?? 0) * (x.data[(i * height + from) * width + at] ?? 0);
          }
        }
        y.data[(o * height + row) * width + column] = sum;
      }
    }
  }
  return y;
}

function rectify(x: Tensor, slope: (channel: number) => number): Tensor {
  const area = (x.dims[2] ?? 0) * (x.dims[3] ?? 0);
  return tensor(x.dims, x.data.map((value, i) => (value >= 0 ? value : slope(Math.floor(i / area)) * value)));
}

function add(a: Tensor, b: Tensor, factor = 1): Tensor {
  return tensor(a.dims, a.data.map((value, i) => value * factor + (b.data[i] ?? 0)));
}

function join(a: Tensor, b: Tensor): Tensor {
  return tensor([1, (a.dims[1] ?? 0) + (b.dims[1] ?? 0), a.dims[2] ?? 0, a.dims[3] ?? 0], new Float32Array([...a.data, ...b.data]));
}

export function nearest(x: Tensor, factor: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = x.dims;
  const y = tensor([1, channels, height * factor, width * factor]);
  y.data.forEach((_, i) => {
    const column = i % (width * factor);
    const line = Math.floor(i / (width * factor));
    const [channel, row] = [Math.floor(line / (height * factor)), line % (height * factor)];
    y.data[i] = x.data[(channel * height + Math.floor(row / factor)) * width + Math.floor(column / factor)] ?? 0;
  });
  return y;
}

/** torch.nn.PixelShuffle: channel c·f² + i·f + j goes to row i, column j of its block. */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = x.dims;
  const y = tensor([1, channels / factor ** 2, height * factor, width * factor]);
  x.data.forEach((value, i) => {
    const [channel, row, column] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const [c, di, dj] = [Math.floor(channel / factor ** 2), Math.floor(channel / factor) % factor, channel % factor];
    y.data[(c * height * factor + row * factor + di) * width * factor + column * factor + dj] = value;
  });
  return y;
}

/** Real-ESRGAN's RRDBNet with its own names, two doublings. */
export function plainRrdb(picture: Tensor, tensors: Tensors, blocks: number): Tensor {
  const relu = (x: Tensor) => rectify(x, () => 0.2);
  const dense = (x: Tensor, name: string): Tensor => {
    let seen = x;
    for (let i = 1; i < 5; i++) seen = join(seen, relu(conv(seen, tensors, `${name}.conv${i}`)));
    return add(conv(seen, tensors, `${name}.conv5`), x, 0.2);
  };
  const first = conv(picture, tensors, 'conv_first');
  let x = first;
  for (let block = 0; block < blocks; block++) {
    const out = ['rdb1', 'rdb2', 'rdb3'].reduce((y, name) => dense(y, `body.${block}.${name}`), x);
    x = add(out, x, 0.2);
  }
  x = add(conv(x, tensors, 'conv_body'), first);
  for (const up of ['conv_up1', 'conv_up2']) x = relu(conv(nearest(x, 2), tensors, up));
  return conv(relu(conv(x, tensors, 'conv_hr')), tensors, 'conv_last');
}

/** SRVGGNetCompact. */
export function plainCompact(picture: Tensor, tensors: Tensors, convs: number, scale: number): Tensor {
  let x = picture;
  for (let i = 0; i <= convs; i++) {
    const slopes = get(tensors, `body.${2 * i + 1}.weight`).data;
    x = rectify(conv(x, tensors, `body.${2 * i}`), (channel) => slopes[channel] ?? 0);
  }
  return add(pixelShuffle(conv(x, tensors, `body.${2 * convs + 2}`), scale), nearest(picture, scale));
}
