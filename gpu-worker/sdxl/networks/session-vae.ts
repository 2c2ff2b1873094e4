import type { Session } from '../session/session.ts';
import { tensor } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import type { VaeConfig } from './vae-config.ts';
import type { Vae } from './vae.ts';

/** A VAE over two sessions, each opened when it is first needed: few jobs encode, and of base and refiner only one decodes. */
export function sessionVae(config: VaeConfig, openEncoder: () => Promise<Session>, openDecoder: () => Promise<Session>): Vae {
  let encoder: Promise<Session> | undefined;
  let decoder: Promise<Session> | undefined;
  return {
    config,
    async encode(pixels) {
      encoder ??= openEncoder();
      const { moments } = await (await encoder).run({ pixels }, ['moments']);
      if (moments === undefined) throw new Error('the VAE encoder gave no output');
      return splitMoments(moments);
    },
    async decode(latents) {
      decoder ??= openDecoder();
      const { pixels } = await (await decoder).run({ latents }, ['pixels']);
      if (pixels === undefined) throw new Error('the VAE decoder gave no output');
      return pixels;
    },
    async close() {
      await (await encoder)?.close();
      await (await decoder)?.close();
    },
  };
}

/** [n, 2c, h, w] → the first c channels of each sample, and the last c. */
function splitMoments({ dims: [n = 0, channels = 0, h = 0, w = 0], data }: Tensor): { mean: Tensor; logvar: Tensor } {
  const each = (channels / 2) * h * w;
  const mean = tensor([n, channels / 2, h, w]);
  const logvar = tensor([n, channels / 2, h, w]);
  for (let i = 0; i < n; i++) {
    mean.data.set(data.subarray(2 * i * each, (2 * i + 1) * each), i * each);
    logvar.data.set(data.subarray((2 * i + 1) * each, (2 * i + 2) * each), i * each);
  }
  return { mean, logvar };
}
