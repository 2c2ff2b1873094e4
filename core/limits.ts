/**
 * Every limit of a job, in one place: the job parser enforces them and the slash command declares the same constants.
 * Credits are counted in hundredths so that sums stay exact.
 */

/** Characters in a prompt or a negative prompt. Beyond about 75 tokens the text encoders stop reading. */
export const MAX_PROMPT_LENGTH = 1000;

/** Denoising steps of a job. */
export const STEPS = { min: 1, max: 80 } as const;

/** Classifier-free guidance scale; 1 or less means no guidance. */
export const GUIDANCE = { min: 1, max: 20 } as const;

/** How far guided predictions are drawn back towards the unguided ones' contrast; 0 not at all (Lin et al. 2023, section 3.4). */
export const GUIDANCE_RESCALE = { min: 0, max: 1 } as const;

/** Layers of the text encoders that are left out at the end, beyond the one that SDXL leaves out anyway. */
export const CLIP_SKIP = { min: 0, max: 8 } as const;

/** The fraction of the schedule at which the base hands over to the refiner. */
export const HANDOVER = { min: 0.3, max: 0.95 } as const;

/** Pictures in one job. */
export const COUNT = { min: 1, max: 4 } as const;

/** Seeds are cut to 32 bits by the generator (mt19937), so no larger ones are accepted. */
export const SEED = { min: 0, max: 2 ** 32 - 1 } as const;

/** Width and height in pixels, before upscaling. Multiples of 8: one latent is 8 pixels. */
export const EDGE = { min: 64, max: 2048, multiple: 8 } as const;

/** SDEdit strength: the fraction of the noise schedule that is painted again. */
export const STRENGTH = { min: 0.05, max: 0.95 } as const;

/** A picture attached to `/imagine`: bytes of its file, and pixels once it is decoded. */
export const MAX_ATTACHED_BYTES = 20 * 1024 * 1024;
export const MAX_ATTACHED_PIXELS = 36_000_000;

/** How many times larger, per side, a picture may be posted than it was painted. */
export const UPSCALE = { min: 1, max: 16 } as const;
/** The longer side of a posted picture in pixels: Discord takes 10 MiB a file. */
export const MAX_POSTED_EDGE = 4096;

/** Latents at the hand-over are kept this long after a picture was painted (stack.ts sets the bucket's rule). */
export const HANDOVER_KEPT_SECONDS = 24 * 3600;

/** How long Discord accepts an interaction token, and how long we rely on it. */
export const INTERACTION_TOKEN_SECONDS = 15 * 60;
export const INTERACTION_TOKEN_TRUSTED_SECONDS = 13 * 60;

/** SQS offers a message this often before it moves to the dead-letter queue. */
export const MAX_RECEIVES = 3;

/** What a person may spend in a day until an admin says otherwise, in hundredths of a credit. */
export const DEFAULT_DAILY_CENTICREDITS = 2000;
