import type { Session } from '../session/session.ts';
import { tensor } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { BrokenDecode, hasNoNumbers, looksBroken } from './broken-decode.ts';
import type { VaeConfig } from './vae-config.ts';
import type { Vae } from './vae.ts';

export interface VaeSessions {
  readonly encoder: () => Promise<Session>;
  readonly decoder: () => Promise<Session>;
  /** The decoder in float32, where `decoder` computes in less. */
  readonly preciseDecoder?: (() => Promise<Session>) | undefined;
}

/**
 * A VAE over sessions that are opened when first needed: few jobs encode, of base and refiner only one decodes, and few pictures
 * overflow half precision. One that does is decoded again in float32.
 */
export function sessionVae(config: VaeConfig, open: VaeSessions): Vae {
  let encoder: Promise<Session> | undefined;
  let decoder: Promise<Session> | undefined;
  let preciseDecoder: Promise<Session> | undefined;
  return {
    config,
    async encode(pixels) {
      encoder ??= open.encoder();
      const { moments } = await (await encoder).run({ pixels }, ['moments']);
      if (moments === undefined) throw new Error('the VAE encoder gave no output');
      return splitMoments(moments);
    },
    async decode(latents) {
      decoder ??= open.decoder();
      const pixels = await decodeBy(await decoder, latents);
      if (!looksBroken(pixels)) return pixels;
      preciseDecoder ??= open.preciseDecoder?.();
      const again = preciseDecoder === undefined ? pixels : await decodeBy(await preciseDecoder, latents);
      if (hasNoNumbers(again)) throw new BrokenDecode();
      return again;
    },
    async close() {
      await (await encoder)?.close();
      await (await decoder)?.close();
      await (await preciseDecoder)?.close();
    },
  };
}

async function decodeBy(decoder: Session, latents: Tensor): Promise<Tensor> {
  const { pixels } = await decoder.run({ latents }, ['pixels']);
  if (pixels === undefined) throw new Error('the VAE decoder gave no output');
  return pixels;
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
