import type { PlaceSettings } from './place-settings/place-settings.ts';

/** How sure the screen must be; 100 percent switch it off. */
export const PERCENT = { min: 1, max: 100 } as const;

/**
 * Where nobody chose others. Of 500 pictures by the demo model none reaches the first and one the second, a pencil sketch; of 247 benign
 * wallpapers and photographs none either. How much of what is explicit they catch was not measured.
 */
export const DEFAULT_SCREENING = 90;
export const DEFAULT_SPOILER = 70;

/** What a picture's file tells: all that it takes to paint it again, or only that Refinery made it, and in which job. */
export const METADATA = ['everything', 'origin'] as const;
export type Metadata = (typeof METADATA)[number];

/** From which likelihood on, 0 to 1, a picture is not posted, and from which on behind a spoiler; `undefined`: never. */
export interface Screening {
  readonly refuseAt: number | undefined;
  readonly spoilerAt: number | undefined;
}

/** What holds for a picture in a channel. */
export function screeningIn({ screening = DEFAULT_SCREENING, adultScreening = screening, spoiler = DEFAULT_SPOILER }: PlaceSettings, isAgeRestricted: boolean): Screening {
  return { refuseAt: fraction(isAgeRestricted ? adultScreening : screening), spoilerAt: fraction(spoiler) };
}

/** The files of pictures that only one person sees tell the least. */
export function metadataOf({ metadata = 'everything' }: PlaceSettings, isPrivate: boolean): Metadata {
  return isPrivate ? 'origin' : metadata;
}

function fraction(percent: number): number | undefined {
  return percent >= PERCENT.max ? undefined : percent / 100;
}
