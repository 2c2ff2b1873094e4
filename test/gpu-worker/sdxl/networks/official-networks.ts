import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Layers } from '../../../../gpu-worker/sdxl/networks/layers.ts';
import { parseTextEncoderConfig } from '../../../../gpu-worker/sdxl/networks/text-encoder-config.ts';
import { buildTextEncoder } from '../../../../gpu-worker/sdxl/networks/text-encoder-graph.ts';
import { parseUNetConfig } from '../../../../gpu-worker/sdxl/networks/unet-config.ts';
import { buildUNet } from '../../../../gpu-worker/sdxl/networks/unet-graph.ts';
import { parseVaeConfig } from '../../../../gpu-worker/sdxl/networks/vae-config.ts';
import { buildVaeDecoder, buildVaeEncoder } from '../../../../gpu-worker/sdxl/networks/vae-graph.ts';

interface Official {
  readonly config: unknown;
  readonly parameters: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

// Configs and parameter shapes of the real SDXL 1.0 networks, printed by diffusers 0.31 and transformers 4.45 (meta device).
const { components }: { components: Record<string, Official> } = JSON.parse(
  gunzipSync(readFileSync(new URL('../../../reference/official-shapes.json.gz', import.meta.url))).toString(),
);

function unet(name: string) {
  return (layers: Layers) => buildUNet(layers, parseUNetConfig('config.json', components[name]?.config));
}

function textEncoder(name: string) {
  return (layers: Layers) => buildTextEncoder(layers, parseTextEncoderConfig('config.json', components[name]?.config));
}

/** Every graph of SDXL 1.0, base and refiner. */
export const OFFICIAL_GRAPHS: Readonly<Record<string, (layers: Layers) => void>> = {
  'base/unet': unet('base/unet'),
  'refiner/unet': unet('refiner/unet'),
  text_encoder: textEncoder('text_encoder'),
  text_encoder_2: textEncoder('text_encoder_2'),
  vae_encoder: (layers) => buildVaeEncoder(layers, parseVaeConfig('config.json', components['vae']?.config)),
  vae_decoder: (layers) => buildVaeDecoder(layers, parseVaeConfig('config.json', components['vae']?.config)),
};
