import type { FeatureMap, UpscalingLayers } from '../../sdxl/networks/layers.ts';

/** ESRGAN's generator (Wang et al. 2018, https://arxiv.org/abs/1809.00219) in its variants. */
export interface RrdbConfig {
  readonly inChannels: number;
  readonly features: number;
  /** What each convolution of a dense block adds. */
  readonly growth: number;
  readonly blocks: number;
  /** Of the leaky ReLUs; 0 for plain ones. */
  readonly slope: number;
  /** `nearest`: so many times enlarged by two with a convolution after it. `shuffle`: enlarged at once, out of channels. */
  readonly tail: { readonly kind: 'nearest'; readonly doublings: number } | { readonly kind: 'shuffle'; readonly scale: number };
}

/** Of every residual branch, in the dense blocks and around three of them. */
const RESIDUAL_SCALE = 0.2;
const DENSE_CONVS = 5;
const KERNEL = 3;

/** Tensors are named as in Real-ESRGAN's files (https://github.com/xinntao/Real-ESRGAN); `conv_up` and the last convolution alone after a shuffle. */
export function buildRrdb(layers: UpscalingLayers, { inChannels, features, growth, blocks, slope, tail }: RrdbConfig): void {
  const conv = (x: FeatureMap, name: string, channels = features) => layers.conv(x, name, { channels, kernel: KERNEL });

  const denseBlock = (x: FeatureMap, name: string): FeatureMap => {
    let seen = x;
    for (let i = 1; i < DENSE_CONVS; i++) seen = layers.concatChannels(seen, layers.leakyRelu(conv(seen, `${name}.conv${i}`, growth), slope));
    return layers.addMaps(layers.multiply(conv(seen, `${name}.conv${DENSE_CONVS}`), RESIDUAL_SCALE), x);
  };

  const first = conv(layers.mapInput('picture', inChannels), 'conv_first');
  let x = first;
  for (let block = 0; block < blocks; block++) {
    const before = x;
    for (const dense of ['rdb1', 'rdb2', 'rdb3']) x = denseBlock(x, `body.${block}.${dense}`);
    x = layers.addMaps(layers.multiply(x, RESIDUAL_SCALE), before);
  }
  x = layers.addMaps(first, conv(x, 'conv_body'));
  if (tail.kind === 'shuffle') {
    layers.output('enlarged', conv(layers.pixelShuffle(conv(x, 'conv_up', 3 * tail.scale ** 2), tail.scale), 'conv_last', 3));
    return;
  }
  for (let i = 1; i <= tail.doublings; i++) x = layers.leakyRelu(conv(layers.enlargeTwice(x), `conv_up${i}`), slope);
  layers.output('enlarged', conv(layers.leakyRelu(conv(x, 'conv_hr'), slope), 'conv_last', 3));
}
