import type { Recipe } from './recipe.ts';

/** The C2PA manifest: signed by whom, and whether it holds for this very file. Who may be trusted is for people to decide. */
export type C2paFinding =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'valid' } & C2paAbout)
  | ({ readonly kind: 'invalid'; readonly why: readonly string[] } & C2paAbout);

interface C2paAbout {
  readonly generator?: string;
  /** Distinguished names of the certificate. */
  readonly signer?: string;
  readonly issuer?: string;
  readonly digitalSourceType?: string;
}

/** The watermark; `chance`: how likely so much is found in a picture that has none. */
export type WatermarkFinding =
  | { readonly kind: 'none' }
  /** Its pixels could not be looked at here. */
  | { readonly kind: 'not-looked' }
  | { readonly kind: 'found'; readonly jobId: string; readonly chance: number; /** How much of each edge is left, 1: all. */ readonly left: number }
  /** The pattern is there, what it says cannot be read any more. */
  | { readonly kind: 'traces'; readonly chance: number };

/** What a picture's file says of where it comes from. */
export interface Findings {
  readonly c2pa: C2paFinding;
  readonly watermark: WatermarkFinding;
  /** IPTC's digital source type, an address, from the XMP. */
  readonly digitalSourceType?: string;
  readonly creatorTool?: string;
  /** Written by Refinery, or by anybody who wanted it to look so. */
  readonly recipe?: Recipe;
  /** AUTOMATIC1111's text, of whatever program. */
  readonly parameters?: string;
}

/** Whether there is anything at all. */
export function isNothing({ c2pa, watermark, digitalSourceType, recipe, parameters }: Findings): boolean {
  const isUnmarked = watermark.kind === 'none' || watermark.kind === 'not-looked';
  return c2pa.kind === 'none' && isUnmarked && digitalSourceType === undefined && recipe === undefined && parameters === undefined;
}
