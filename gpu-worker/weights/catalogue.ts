/** The models that can be pulled: which repositories of the Hugging Face hub they come from, and which of their files are needed. */

/** Under which licence a repository's weights come. Its wording is read from the repository, not kept here. */
export interface LicenceNotice {
  readonly name: string;
  /** The repository's file that holds the licence, or names it: a README's `license:` line. It stays beside the weights. */
  readonly file: 'LICENSE.md' | 'README.md';
  /** What matters most to someone who runs a bot with it, in a sentence or two. */
  readonly gist: string;
}

/** Files of one repository, and the folder of the model that they go to. */
export interface Source {
  readonly folder: string;
  /** `owner/name` on the hub. */
  readonly repo: string;
  /** Paths in the repository; they keep them below `folder`. */
  readonly files: readonly string[];
  readonly licence: LicenceNotice;
}

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** For the overview only: a pull reckons with the sizes that the hub gives. */
  readonly gigabytes: number;
  readonly sources: readonly Source[];
}

const OPEN_RAIL: LicenceNotice = {
  name: 'CreativeML Open RAIL++-M',
  file: 'LICENSE.md',
  gist: 'Free to use, also commercially, but not for the uses listed below. A hosted bot counts as distribution: whoever uses it must be told of these restrictions and keep to them.',
};

const SECOND_TEXT_ENCODER = [
  'text_encoder_2/config.json',
  'text_encoder_2/model.fp16.safetensors',
  'tokenizer_2/merges.txt',
  'tokenizer_2/special_tokens_map.json',
  'tokenizer_2/tokenizer_config.json',
  'tokenizer_2/vocab.json',
];

const FIRST_TEXT_ENCODER = SECOND_TEXT_ENCODER.map((path) => path.replace('_2/', '/'));

/** The refiner's diffusers folder in half precision. */
const REFINER_FILES = [
  'LICENSE.md',
  'model_index.json',
  'scheduler/scheduler_config.json',
  ...SECOND_TEXT_ENCODER,
  'unet/config.json',
  'unet/diffusion_pytorch_model.fp16.safetensors',
  'vae/config.json',
  'vae/diffusion_pytorch_model.fp16.safetensors',
];

/** A base's: the refiner has no first text encoder. */
const BASE_FILES = [...REFINER_FILES, ...FIRST_TEXT_ENCODER];

const SDXL: CatalogueEntry = {
  id: 'sdxl',
  title: 'Stable Diffusion XL 1.0: base, refiner, and the VAE that works in half precision',
  gigabytes: 13.3,
  sources: [
    { folder: 'base', repo: 'stabilityai/stable-diffusion-xl-base-1.0', files: BASE_FILES, licence: OPEN_RAIL },
    { folder: 'refiner', repo: 'stabilityai/stable-diffusion-xl-refiner-1.0', files: REFINER_FILES, licence: OPEN_RAIL },
    {
      folder: 'vae',
      repo: 'madebyollin/sdxl-vae-fp16-fix',
      // It is kept in float32 only; what was fixed is that its values fit half precision.
      files: ['README.md', 'config.json', 'diffusion_pytorch_model.safetensors'],
      licence: { name: 'MIT', file: 'README.md', gist: 'Free for every use.' },
    },
  ],
};

const SDXL_TURBO: CatalogueEntry = {
  id: 'sdxl-turbo',
  title: 'SDXL Turbo: 1 to 4 steps at 512×512, no refiner',
  gigabytes: 6.9,
  sources: [
    {
      folder: 'base',
      repo: 'stabilityai/sdxl-turbo',
      files: BASE_FILES,
      licence: {
        name: 'Stability AI community licence',
        file: 'LICENSE.md',
        gist: 'Not an open licence: it limits commercial use, and offering the model to others as a service. Read it before a bot uses this model.',
      },
    },
  ],
};

const LCM_LORA: CatalogueEntry = {
  id: 'lcm-lora-sdxl',
  title: 'LCM LoRA for SDXL: pictures in 2 to 8 steps',
  gigabytes: 0.4,
  sources: [
    {
      folder: 'lora',
      repo: 'latent-consistency/lcm-lora-sdxl',
      files: ['README.md', 'pytorch_lora_weights.safetensors'],
      licence: { ...OPEN_RAIL, file: 'README.md', gist: "SDXL's own licence: free to use, but not for what its Attachment A forbids." },
    },
  ],
};

export const CATALOGUE: readonly CatalogueEntry[] = [SDXL, SDXL_TURBO, LCM_LORA];
