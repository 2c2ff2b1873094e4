import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LoraUse } from '../lora/lora-use.ts';
import type { Handover } from '../pipeline/paint-request.ts';
import type { MicroConditioning } from '../pipeline/time-ids.ts';
import type { PromptSyntax } from '../prompt/prompt-syntax.ts';
import { PROVIDER_WISHES } from '../provider/choose-form.ts';
import type { ProviderWish } from '../provider/choose-form.ts';
import { isSamplerName, type SamplerName, SAMPLERS } from '../samplers/named-samplers.ts';
import { HELP } from './help.ts';
import { BadUsage, crop, lora, number, oneOf, size, wholeNumber } from './option-values.ts';

/** How the refiner takes part: finishes the base's noisy latents, re-noises its finished ones, or not at all. */
export const REFINES = ['ensemble', 'two-stage', 'none'] as const;
export type Refine = (typeof REFINES)[number];

/** A picture to begin with. */
export interface From {
  readonly image: string;
  readonly mask: string | undefined;
  readonly strength: number;
}

/** What was asked for on the command line; what is absent comes from the checkpoint. */
export interface Options {
  readonly base: string;
  readonly refiner: string | undefined;
  readonly loras: readonly LoraUse[];
  readonly refinerLoras: readonly LoraUse[];
  readonly prompt: string;
  readonly prompt2: string | undefined;
  readonly negativePrompt: string | null;
  readonly negativePrompt2: string | undefined;
  readonly promptSyntax: PromptSyntax;
  readonly clipSkip: number | undefined;
  readonly out: string;
  readonly seed: number;
  readonly count: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly guidanceRescale: number | undefined;
  readonly sampler: SamplerName | undefined;
  readonly microConditioning: MicroConditioning;
  readonly from: From | undefined;
  readonly refine: Refine;
  readonly denoisingEnd: number;
  readonly strength: number;
  readonly handover: Handover | undefined;
  readonly vaeTile: number | undefined;
  readonly threads: number | undefined;
  readonly provider: ProviderWish;
}

/** The text of `--help`. */
export function help(): string {
  return HELP.replace('SAMPLER_NAMES', lines(Object.keys(SAMPLERS), 70, 23));
}

/** The model that ships with the repository, so that the command needs no download to try. */
const DEMO = fileURLToPath(new URL('../../demo-model/', import.meta.url));

/** Reads the command line. Throws BadUsage. `undefined`: the person asked for help. */
export function parseOptions(args: readonly string[], randomSeed: () => number): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const { prompt, out, base } = values;
  if (prompt === undefined) throw new BadUsage('Say what to paint: --prompt "a red house under a yellow sun".');
  if (out === undefined) throw new BadUsage('Say where to write the picture: --out house.png.');
  if (!out.toLowerCase().endsWith('.png')) throw new BadUsage(`--out is ${out}: give a name that ends in .png.`);
  const refiner = values.refiner ?? (base === undefined ? join(DEMO, 'refiner') : undefined);
  const refine = oneOf('refine', values.refine, REFINES) ?? (refiner === undefined ? 'none' : 'ensemble');
  if (refine !== 'none' && refiner === undefined) throw new BadUsage(`--refine ${refine} needs a refiner: give --refiner DIR.`);
  return {
    base: base ?? join(DEMO, 'base'),
    refiner: refine === 'none' ? undefined : refiner,
    loras: (values.lora ?? []).map(lora),
    refinerLoras: (values['refiner-lora'] ?? []).map(lora),
    prompt,
    prompt2: values['prompt-2'],
    negativePrompt: values.negative ?? null,
    negativePrompt2: values['negative-2'],
    promptSyntax: values.weighted === true ? 'weighted' : 'plain',
    clipSkip: wholeNumber('clip-skip', values['clip-skip'], 0, 100),
    out,
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER) ?? randomSeed(),
    count: wholeNumber('count', values.count, 1, 16) ?? 1,
    width: wholeNumber('width', values.width, 8, 8192),
    height: wholeNumber('height', values.height, 8, 8192),
    steps: wholeNumber('steps', values.steps, 1, 1000) ?? 30,
    guidanceScale: number('guidance', values.guidance, 0, 100) ?? 5,
    guidanceRescale: number('guidance-rescale', values['guidance-rescale'], 0, 1),
    sampler: oneOf('sampler', values.sampler, Object.keys(SAMPLERS).filter(isSamplerName)),
    microConditioning: {
      originalSize: size('original-size', values['original-size']),
      targetSize: size('target-size', values['target-size']),
      cropTopLeft: crop('crop', values.crop),
      aestheticScore: number('aesthetic', values.aesthetic, 0, 10),
      negativeAestheticScore: number('negative-aesthetic', values['negative-aesthetic'], 0, 10),
    },
    from: from(values.image, values.mask, number('image-strength', values['image-strength'], 0, 1)),
    refine,
    denoisingEnd: number('denoising-end', values['denoising-end'], 0, 1) ?? 0.8,
    strength: number('strength', values.strength, 0, 1) ?? 0.3,
    handover: oneOf('handover', values.handover, ['as-diffusers', 'consistent']),
    vaeTile: wholeNumber('vae-tile', values['vae-tile'], 64, 8192),
    threads: wholeNumber('threads', values.threads, 1, 1024),
    provider: oneOf('provider', values.provider, PROVIDER_WISHES) ?? 'auto',
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        prompt: text,
        'prompt-2': text,
        negative: text,
        'negative-2': text,
        weighted: flag,
        'clip-skip': text,
        out: text,
        base: text,
        refiner: text,
        lora: texts,
        'refiner-lora': texts,
        seed: text,
        count: text,
        width: text,
        height: text,
        steps: text,
        guidance: text,
        'guidance-rescale': text,
        sampler: text,
        'original-size': text,
        'target-size': text,
        crop: text,
        aesthetic: text,
        'negative-aesthetic': text,
        image: text,
        mask: text,
        'image-strength': text,
        refine: text,
        'denoising-end': text,
        strength: text,
        handover: text,
        'vae-tile': text,
        threads: text,
        provider: text,
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function from(image: string | undefined, mask: string | undefined, strength: number | undefined): From | undefined {
  if (image !== undefined) return { image, mask, strength: strength ?? (mask === undefined ? 0.6 : 1) };
  if (mask !== undefined) throw new BadUsage('--mask says where to paint on a picture: give --image FILE too.');
  if (strength !== undefined) throw new BadUsage('--image-strength is about a picture to begin with: give --image FILE too.');
  return undefined;
}

/** Words in lines of at most `width` characters, all but the first indented. */
function lines(words: readonly string[], width: number, indent: number): string {
  const broken = words.reduce<readonly string[]>((done, word) => {
    const last = done.at(-1) ?? '';
    return last === '' || last.length + word.length >= width ? [...done, word] : [...done.slice(0, -1), `${last} ${word}`];
  }, []);
  return broken.join(`\n${' '.repeat(indent)}`);
}
