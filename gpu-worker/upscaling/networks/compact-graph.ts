import type { UpscalingLayers } from '../../sdxl/networks/layers.ts';

export interface CompactConfig {
  readonly features: number;
  /** Convolutions between the first and the last, each with its PReLU. */
  readonly convs: number;
  /** A power of two. */
  readonly scale: number;
}

const KERNEL = 3;

/**
 * Real-ESRGAN's small network, "SRVGGNetCompact" (realesr-general-x4v3, realesr-animevideov3): a row of convolutions at the picture's own size
 * that says what to add to nearest neighbours. https://github.com/xinntao/Real-ESRGAN/blob/master/realesrgan/archs/srvgg_arch.py
 */
export function buildCompact(layers: UpscalingLayers, { features, convs, scale }: CompactConfig): void {
  const picture = layers.mapInput('picture', 3);
  let x = picture;
  for (let i = 0; i <= convs; i++) x = layers.prelu(layers.conv(x, `body.${2 * i}`, { channels: features, kernel: KERNEL }), `body.${2 * i + 1}.weight`);
  const last = layers.conv(x, `body.${2 * convs + 2}`, { channels: 3 * scale ** 2, kernel: KERNEL });
  let nearest = picture;
  for (let reached = 1; reached < scale; reached *= 2) nearest = layers.enlargeTwice(nearest);
  layers.output('enlarged', layers.addMaps(scale === 1 ? last : layers.pixelShuffle(last, scale), nearest));
}
