import sharp, { type Sharp } from 'sharp';
import { openSigner } from '../../core/provenance/c2pa/sign-picture.ts';
import { TRAINED_ALGORITHMIC_MEDIA } from '../../core/provenance/digital-source-type.ts';
import { examine } from '../../core/provenance/examine.ts';
import { shortJobId } from '../../core/provenance/short-job-id.ts';
import { RECIPE_VERSION } from '../../core/provenance/recipe.ts';
import { encodePng, encodeToFit } from '../../gpu-worker/delivery/encode-picture.ts';
import type { Label } from '../../gpu-worker/delivery/label.ts';
import type { Picture } from '../../gpu-worker/sdxl/picture/picture.ts';
import { makeIdentity } from '../core/provenance/certificates.ts';
import { formatTable } from './table.ts';

const LABEL: Label = {
  recipe: { version: RECIPE_VERSION, software: 'Refinery', job: shortJobId('1'), prompt: 'a red house', seed: 7 },
  parameters: 'a red house\nSteps: 25, Sampler: Euler, CFG scale: 5, Seed: 7, Size: 128x128, Model: demo',
};

/** What a website or a program may do with a file. */
const REWRITES: readonly (readonly [string, (file: Sharp) => Sharp])[] = [
  ['saved again, metadata kept', (file) => file.keepMetadata()],
  ['half the size, metadata kept', (file) => file.keepMetadata().resize({ width: 256 })],
  ['saved as JPEG, metadata kept', (file) => file.keepMetadata().jpeg()],
  ['saved as WebP, metadata kept', (file) => file.keepMetadata().webp()],
  ['saved again, metadata dropped', (file) => file],
];

/** Which texts are still found in files of each kind, as posted and after they were saved again. */
export async function printMetadata(picture: Picture): Promise<void> {
  const sign = await openSigner(makeIdentity());
  const lossless = await encodePng(picture, LABEL);
  const below = lossless.bytes.byteLength - 1;
  const posted = [
    ['PNG', lossless],
    ['WebP', await encodeToFit(picture, below, LABEL)],
    ['PNG, signed', await encodePng(picture, { ...LABEL, sign })],
    ['JPEG, signed', await encodeToFit(picture, below, { ...LABEL, sign })],
  ] as const;
  const rows: string[][] = [];
  for (const [name, { bytes }] of posted) {
    rows.push([`${name}, as posted`, ...(await found(bytes))]);
    for (const [rewrite, apply] of REWRITES) rows.push([`${name}, ${rewrite}`, ...(await found(await apply(sharp(bytes)).toBuffer()))]);
  }
  console.log(`Metadata\n\n${formatTable(['file', 'made by a model', 'recipe', 'parameters', 'C2PA'], rows)}\n`);
}

async function found(file: Uint8Array): Promise<readonly string[]> {
  const { digitalSourceType, recipe, parameters, c2pa } = await examine(file);
  const isThere = (there: boolean) => (there ? 'yes' : '–');
  return [isThere(digitalSourceType === TRAINED_ALGORITHMIC_MEDIA), isThere(recipe?.seed === LABEL.recipe.seed), isThere(parameters === LABEL.parameters), c2pa.kind === 'none' ? '–' : c2pa.kind];
}
