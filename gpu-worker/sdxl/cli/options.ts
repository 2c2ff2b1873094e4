import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** How the refiner takes part: finishes the base's noisy latents, re-noises its finished ones, or not at all. */
export const REFINES = ['ensemble', 'two-stage', 'none'] as const;
export type Refine = (typeof REFINES)[number];

/** What was asked for on the command line; what is absent comes from the checkpoint. */
export interface Options {
  readonly base: string;
  readonly refiner: string | undefined;
  readonly prompt: string;
  readonly negativePrompt: string | null;
  readonly out: string;
  readonly seed: number;
  readonly count: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly refine: Refine;
  readonly denoisingEnd: number;
  readonly strength: number;
  readonly vaeTile: number | undefined;
  readonly threads: number | undefined;
}

/** The command line cannot be understood; the message says what to write instead. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

export const HELP = `Paints a picture with Stable Diffusion XL and writes it as PNG.

  npm run sdxl -- --prompt "a red house under a yellow sun" --seed 1 --out house.png
  npm run sdxl -- --base DIR --refiner DIR --prompt "…" --out x.png

  --prompt TEXT        what to paint (needed)
  --out FILE.png       where to write it (needed); with --count the files are FILE-1.png, FILE-2.png …
  --base DIR           base checkpoint, a diffusers folder; the demo model that ships here when left out
  --refiner DIR        refiner checkpoint; the demo model's when --base is left out too
  --negative TEXT      what to lean away from
  --seed N             whole number; the same seed paints the same picture. Chosen and shown when left out
  --count N            pictures, 1 to 16: seeds N, N+1, …                                        1
  --width PX           multiple of 8; what the checkpoint was trained at when left out
  --height PX          multiple of 8; likewise
  --steps N            steps of the whole schedule                                               30
  --guidance X         weight of the prompt; 1 and less switch guidance off                      5
  --refine HOW         ensemble: the refiner finishes the base's noisy latents
                       two-stage: the refiner re-noises the base's finished latents
                       none: the base alone                        ensemble if there is a refiner
  --denoising-end X    fraction of the schedule where the base hands over (ensemble)             0.8
  --strength X         how much the refiner paints anew (two-stage)                              0.3
  --vae-tile PX        lets the VAE work in tiles of so many pixels: less memory
  --threads N          cores to compute with; all when left out
  --help               this text

Exit code: 0 painted, 1 could not paint, 2 the command line is wrong, 130 stopped by Ctrl-C.`;

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
  const refine = values.refine ?? (refiner === undefined ? 'none' : 'ensemble');
  if (!isRefine(refine)) throw new BadUsage(`--refine is ${refine}: give one of ${REFINES.join(', ')}.`);
  if (refine !== 'none' && refiner === undefined) throw new BadUsage(`--refine ${refine} needs a refiner: give --refiner DIR.`);
  return {
    base: base ?? join(DEMO, 'base'),
    refiner: refine === 'none' ? undefined : refiner,
    prompt,
    negativePrompt: values.negative ?? null,
    out,
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER) ?? randomSeed(),
    count: wholeNumber('count', values.count, 1, 16) ?? 1,
    width: wholeNumber('width', values.width, 8, 8192),
    height: wholeNumber('height', values.height, 8, 8192),
    steps: wholeNumber('steps', values.steps, 1, 1000) ?? 30,
    guidanceScale: number('guidance', values.guidance, 0, 100) ?? 5,
    refine,
    denoisingEnd: number('denoising-end', values['denoising-end'], 0, 1) ?? 0.8,
    strength: number('strength', values.strength, 0, 1) ?? 0.3,
    vaeTile: wholeNumber('vae-tile', values['vae-tile'], 64, 8192),
    threads: wholeNumber('threads', values.threads, 1, 1024),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        prompt: text,
        out: text,
        base: text,
        refiner: text,
        negative: text,
        seed: text,
        count: text,
        width: text,
        height: text,
        steps: text,
        guidance: text,
        refine: text,
        'denoising-end': text,
        strength: text,
        'vae-tile': text,
        threads: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function number(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) throw new BadUsage(`--${name} is ${text}: give a number from ${min} to ${max}.`);
  return value;
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | undefined {
  const value = number(name, text, min, max);
  if (value !== undefined && !Number.isInteger(value)) throw new BadUsage(`--${name} is ${text ?? ''}: give a whole number.`);
  return value;
}

function isRefine(name: string): name is Refine {
  return REFINES.some((refine) => refine === name);
}
