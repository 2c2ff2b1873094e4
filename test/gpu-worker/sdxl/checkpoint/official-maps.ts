import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

function readReference(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(new URL(`../../../reference/${name}.json.gz`, import.meta.url))).toString());
}

/** What one tensor of a single-file checkpoint becomes in diffusers. */
export interface MapEntry {
  readonly component: 'unet' | 'vae' | 'text_encoder' | 'text_encoder_2';
  readonly key: string;
  readonly op: string;
}

interface OfficialShapes {
  readonly components: Readonly<Record<string, { readonly config: unknown; readonly shapes: Readonly<Record<string, readonly number[]>> }>>;
}

interface OfficialModule {
  readonly module: string;
  readonly shape: readonly number[];
  readonly diffusers_style?: string;
}

type Family = 'base' | 'refiner';

/** Tensors of the real single files → diffusers' names, found by running diffusers' own conversion. */
export const SINGLE_FILE = readReference('official-single-file-map') as Readonly<Record<Family, Readonly<Record<string, readonly MapEntry[]>>>>;

/** kohya's names → diffusers' modules, of the real models. */
export const KOHYA = readReference('official-kohya-lora-map') as Readonly<
  Record<'unet_base' | 'unet_refiner' | 'text_encoder' | 'text_encoder_2', Readonly<Record<string, OfficialModule>>>
>;

/** Configs and shapes of the real networks: `base/unet`, `refiner/unet`, `text_encoder`, `text_encoder_2`, `vae`. */
export const { components: OFFICIAL } = readReference('official-shapes') as OfficialShapes;
