import { type Tensor, elementCount, tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

/** Numbers of either sign, the same for the same name. */
export function numbers(name: string, dims: readonly number[], size = 0.3): Tensor {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_647, 7);
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return tensor(dims, Float32Array.from({ length: elementCount(dims) }, () => size * (2 * next() - 1)));
}

export interface SmallRrdb {
  readonly features: number;
  readonly growth: number;
  readonly blocks: number;
  /** 3, or 12 where blocks of 2 × 2 pixels go in. */
  readonly inChannels: number;
}

/** A random RRDB network under Real-ESRGAN's names. */
export function smallRrdb({ features, growth, blocks, inChannels }: SmallRrdb): Record<string, Tensor> {
  const convs: [string, number, number][] = [['conv_first', inChannels, features]];
  for (let block = 0; block < blocks; block++) {
    for (const dense of ['rdb1', 'rdb2', 'rdb3']) {
      for (let i = 1; i <= 5; i++) convs.push([`body.${block}.${dense}.conv${i}`, features + (i - 1) * growth, i === 5 ? features : growth]);
    }
  }
  for (const name of ['conv_body', 'conv_up1', 'conv_up2', 'conv_hr']) convs.push([name, features, features]);
  return layers([...convs, ['conv_last', features, 3]]);
}

/** A random compact network. */
export function smallCompact(features: number, convs: number, scale: number): Record<string, Tensor> {
  const tensors = layers([
    ...Array.from({ length: convs + 1 }, (_, i): [string, number, number] => [`body.${2 * i}`, i === 0 ? 3 : features, features]),
    [`body.${2 * convs + 2}`, features, 3 * scale ** 2],
  ]);
  for (let i = 0; i <= convs; i++) tensors[`body.${2 * i + 1}.weight`] = numbers(`slopes ${i}`, [features]);
  return tensors;
}

function layers(convs: readonly (readonly [string, number, number])[]): Record<string, Tensor> {
  return Object.fromEntries(
    convs.flatMap(([name, inputs, outputs]) => [
      [`${name}.weight`, numbers(`${name}.weight`, [outputs, inputs, 3, 3])] as const,
      [`${name}.bias`, numbers(`${name}.bias`, [outputs], 0.1)] as const,
    ]),
  );
}
