import type { Tensor } from '../tensor.ts';
import type { VaeConfig } from './vae-config.ts';

/** The autoencoder between pixels and latents; each half is loaded when first used. */
export interface Vae {
  readonly config: VaeConfig;
  /** pixels [n, 3, H, W] in −1…1, H and W multiples of 8 → the posterior, [n, 4, H/8, W/8] each; logvar not clamped. */
  encode(pixels: Tensor): Promise<{ readonly mean: Tensor; readonly logvar: Tensor }>;
  /** latents [n, 4, h, w], already divided by `config.scalingFactor` → pixels [n, 3, 8h, 8w], about −1…1, not clamped. */
  decode(latents: Tensor): Promise<Tensor>;
  close(): Promise<void>;
}
