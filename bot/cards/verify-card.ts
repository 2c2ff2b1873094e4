import { TRAINED_ALGORITHMIC_MEDIA } from '../../core/provenance/digital-source-type.ts';
import { type Findings, isNothing } from '../../core/provenance/findings.ts';
import type { Recipe } from '../../core/provenance/recipe.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, shorten } from './plain-text.ts';

/** An embed's field takes 1,024 characters; texts of strangers are escaped, which may double them: one of them alone in a field, or two. */
const MOST_SHOWN = 400;
const MOST_OF_TWO = 180;

/** What a picture says of where it comes from, with what that is worth. */
export function verifyCard(findings: Findings): Card {
  const fields = [
    { name: 'Signature (C2PA)', value: signature(findings) },
    { name: 'Watermark of Refinery', value: watermark(findings) },
    ...metadata(findings),
    ...recipe(findings),
  ];
  return createCard({
    color: findings.c2pa.kind === 'invalid' ? COLOURS.failed : COLOURS.about,
    title: isNothing(findings) ? 'Nothing was found' : 'What this picture says of itself',
    description: isNothing(findings)
      ? 'That proves nothing: marks and texts can be lost on the way, or taken away, and most pictures never had any.'
      : 'A signature that holds is proof of who signed, and of no more. Texts in a file can be written by anybody, and the watermark’s way of working is public.',
    fields,
  });
}

function signature({ c2pa }: Findings): string {
  if (c2pa.kind === 'none') return 'None.';
  const who = c2pa.signer === undefined ? 'somebody whose certificate cannot be read' : shown(c2pa.signer, MOST_OF_TWO);
  const issuer = c2pa.issuer === undefined ? '' : ` Vouched for by ${shown(c2pa.issuer, MOST_OF_TWO)}; whether to trust them is for you to say.`;
  if (c2pa.kind === 'valid') return `✅ It holds: the file is as it was signed by ${who}.${issuer}${c2pa.digitalSourceType === TRAINED_ALGORITHMIC_MEDIA ? ' It says that a trained model made the picture.' : ''}`;
  return `⚠️ It does **not** hold: the file was changed after it was signed, or the signature is no good (${shown(c2pa.why.join(', '), MOST_OF_TWO)}). It names ${who}.`;
}

function watermark({ watermark: mark }: Findings): string {
  switch (mark.kind) {
    case 'none':
      return 'None found.';
    case 'not-looked':
      return 'Not looked for: this part of the bot cannot see pixels here. `npm run verify -- FILE` can.';
    case 'traces':
      return `Its pattern is there, but what it says can no longer be read (${odds(mark.chance)}).`;
    case 'found':
      return `Made by Refinery, job \`${mark.jobId}\` (${odds(mark.chance)}).${mark.left < 1 ? ` About ${Math.round(100 * mark.left)} % of each edge is left.` : ''}`;
  }
}

function odds(chance: number): string {
  const exponent = Math.floor(-Math.log10(Math.max(chance, 1e-30)));
  return `by chance: once in 10^${exponent} pictures`;
}

function metadata({ digitalSourceType, creatorTool }: Findings): { name: string; value: string }[] {
  if (digitalSourceType === undefined) return [];
  const says = digitalSourceType === TRAINED_ALGORITHMIC_MEDIA ? 'Made by a trained model' : shown(digitalSourceType, MOST_OF_TWO);
  return [{ name: 'Metadata (XMP, IPTC)', value: `${says}${creatorTool === undefined ? '' : `, by ${shown(creatorTool, MOST_OF_TWO)}`}.` }];
}

function recipe({ recipe: made, parameters }: Findings): { name: string; value: string }[] {
  if (made?.prompt === undefined) return parameters === undefined ? [] : [{ name: 'Parameters in the file', value: shown(parameters) }];
  const settings = settingsOf(made);
  return [
    { name: 'How it was made, it says', value: shown(made.prompt) },
    ...(made.prompt2 === undefined ? [] : [{ name: 'For the second text encoder', value: shown(made.prompt2) }]),
    ...(settings === '' ? [] : [{ name: 'With', value: shown(settings) }]),
  ];
}

function settingsOf(made: Recipe): string {
  const { model, seed, steps, guidanceScale, sampler, clipSkip, guidanceRescale, denoisingEnd, strength, refineStrength } = made;
  const named: readonly (readonly [string, number | undefined])[] = [
    ['seed', seed],
    ['steps', steps],
    ['guidance', guidanceScale],
    ['clip skip', clipSkip],
    ['rescale', guidanceRescale],
    ['hand-over at', denoisingEnd],
    ['strength', strength],
    ['refiner’s strength', refineStrength],
  ];
  return [model, ...named.map(([name, value]) => value !== undefined && `${name} ${value}`), sampler].filter(Boolean).join(' · ');
}

function shown(text: string, most = MOST_SHOWN): string {
  return escapeMarkdown(shorten(text, most));
}

const REFUSALS = {
  'no-picture': 'There is no picture in that message.',
  'too-large': 'The picture is too large: at most 20 MiB and 36 megapixels are read.',
  unreadable: 'This is no picture that can be read: a PNG, JPEG, WebP or GIF of at most 36 megapixels.',
  gone: 'The picture could not be fetched from Discord. Try again.',
} as const;
export type VerifyRefusal = keyof typeof REFUSALS;

export function verifyRefusalCard(refusal: VerifyRefusal): Card {
  return createCard({ color: COLOURS.refused, title: 'This cannot be checked', description: REFUSALS[refusal] });
}
