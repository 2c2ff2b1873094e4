import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseUNetConfig } from '../networks/unet-config.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import type { SafetensorsFile } from '../safetensors/read-safetensors.ts';
import { weightsOf } from '../safetensors/weights.ts';
import type { Weights } from '../safetensors/weights.ts';
import { BadCheckpoint } from './bad-checkpoint.ts';
import type { CheckpointPart, CheckpointSource, PartName } from './checkpoint-source.ts';
import { BASE_UNET, REFINER_UNET, SCHEDULER, TEXT_ENCODER, TEXT_ENCODER_2, VAE } from './official-configs.ts';
import { openClipWeights } from './open-clip-weights.ts';
import { originalUNetNames } from './original-unet-names.ts';
import { readJson } from './read-json.ts';
import { renamedWeights } from './renamed-weights.ts';
import { originalVaeWeights, VAE_PREFIX } from './separate-vae.ts';

export interface SingleFileOptions {
  /** Folder with `tokenizer/` and `tokenizer_2/`, such as another checkpoint's; the file's own folder when absent. */
  readonly tokenizerFolder?: string | undefined;
  /** A checkpoint folder whose config.json files to use, for a file that has not SDXL's sizes. */
  readonly configFolder?: string | undefined;
}

const UNET_PREFIX = 'model.diffusion_model.';
const FIRST_PREFIX = 'conditioner.embedders.0.transformer.';
const OFFICIAL = { text_encoder: TEXT_ENCODER, text_encoder_2: TEXT_ENCODER_2, vae: VAE } as const;

/**
 * A whole checkpoint in one `.safetensors` file under the names of Stability's own code, as most trained models are shared: base or
 * refiner. It carries no configs (SDXL's own are taken) and no tokenizers. Throws `BadCheckpoint` for anything else, or `BadWeights`.
 */
export async function singleFile(path: string, options: SingleFileOptions = {}): Promise<CheckpointSource> {
  const file = await readSafetensors(path);
  const family = familyOf(file);
  return {
    path,
    tokenizerFolder: findTokenizers(path, options.tokenizerFolder, family),
    index: { hasFirstTextEncoder: family === 'base', forceZerosForEmptyPrompt: family === 'base', requiresAestheticsScore: family === 'refiner' },
    schedulerConfig: { ...SCHEDULER, ...predictionOf(file) },
    part: async (name) => {
      const { configFile, config } = await configOf(path, name, family, options.configFolder);
      return { configFile, config, weights: weightsOfPart(weightsOf([file]), name, family, configFile, config) };
    },
  };
}

type Family = 'base' | 'refiner';

/** The second text encoder is the base's second and the refiner's only one. */
function openClipPrefix(family: Family): string {
  return `conditioner.embedders.${family === 'base' ? 1 : 0}.model.`;
}

function weightsOfPart(weights: Weights, name: PartName, family: Family, configFile: string, config: unknown): Weights {
  switch (name) {
    case 'text_encoder':
      return renamedWeights(weights, (module) => FIRST_PREFIX + module);
    case 'text_encoder_2':
      return openClipWeights(weights, openClipPrefix(family));
    case 'unet': {
      const original = originalUNetNames(parseUNetConfig(configFile, config));
      return renamedWeights(weights, (module) => UNET_PREFIX + original(module));
    }
    case 'vae':
      return originalVaeWeights(weights, VAE_PREFIX, configFile, config);
  }
}

async function configOf(path: string, name: PartName, family: Family, configFolder: string | undefined): Promise<Omit<CheckpointPart, 'weights'>> {
  if (configFolder !== undefined) {
    const configFile = join(configFolder, name, 'config.json');
    return { configFile, config: await readJson(configFile) };
  }
  if (name === 'unet') return { configFile: path, config: family === 'base' ? BASE_UNET : REFINER_UNET };
  return { configFile: path, config: OFFICIAL[name] };
}

function findTokenizers(path: string, asked: string | undefined, family: Family): string {
  const folder = asked ?? dirname(path);
  const missing = [...(family === 'base' ? ['tokenizer'] : []), 'tokenizer_2'].filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return folder;
  throw new BadCheckpoint(
    folder,
    `has no ${missing.join(' and no ')}. A single-file checkpoint carries no tokenizer: put the folders of any SDXL model beside ${path}, or name such a model as tokenizerFolder`,
  );
}

/** What tells apart files that are no SDXL checkpoint, by a tensor that they have; the first that fits. */
const OTHERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^model\.diffusion_model\.joint_blocks\./, 'is a Stable Diffusion 3 checkpoint'],
  [/^(model\.diffusion_model\.)?double_blocks\./, 'is a FLUX checkpoint'],
  [/^cond_stage_model\.transformer\./, 'is a Stable Diffusion 1 checkpoint'],
  [/^cond_stage_model\.model\./, 'is a Stable Diffusion 2 checkpoint'],
  [/lora_(down|up|A|B)\.|\.lora\.(down|up)\./, 'is a LoRA: open a checkpoint and apply it to that'],
  [/^down_blocks\./, 'is a UNet alone: put it into a model folder as unet/diffusion_pytorch_model.safetensors'],
  [/^model\.diffusion_model\.input_blocks\./, 'has a UNet but not the text encoders of Stable Diffusion XL'],
  [/^(first_stage_model\.)?(encoder|decoder)\./, 'is a VAE alone'],
];

function familyOf({ path, tensors }: SafetensorsFile): Family {
  if (tensors.has('edm_mean') || tensors.has('edm_vpred.sigma_max')) throw new BadCheckpoint(path, 'was trained in the EDM formulation (Playground 2.5 and its like), which this engine does not sample');
  const hasUNet = tensors.has(`${UNET_PREFIX}input_blocks.0.0.weight`);
  const family = (['base', 'refiner'] as const).find((of) => tensors.has(`${openClipPrefix(of)}ln_final.weight`));
  if (hasUNet && family !== undefined) return family;
  const names = [...tensors.keys()];
  const what = OTHERS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1] ?? 'is no checkpoint that is known here';
  throw new BadCheckpoint(path, `${what}; a Stable Diffusion XL base or refiner in one file was expected`);
}

/** Models trained to predict velocity say so by empty tensors, or in what their writers noted (https://github.com/Stability-AI/ModelSpec). */
function predictionOf({ tensors, metadata }: SafetensorsFile): Readonly<Record<string, unknown>> {
  const isVelocity = tensors.has('v_pred') || metadata['modelspec.prediction_type'] === 'v';
  return { ...(isVelocity && { prediction_type: 'v_prediction' }), ...(tensors.has('ztsnr') && { rescale_betas_zero_snr: true }) };
}
