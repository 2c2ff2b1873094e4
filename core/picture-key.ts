/**
 * Keys in the picture store, made from the job id and the picture's place in it: a retry writes the same keys.
 * Each prefix has a lifetime of its own in the bucket's lifecycle rules (see stack.ts).
 */

/** What is posted: upscaled. `extension` without a dot. */
export function pictureKey(jobId: string, index: number, extension: string): string {
  return `pictures/${jobId}/${index}.${extension}`;
}

/** The same without loss, where what is posted had to be made smaller. */
export function fullPictureKey(jobId: string, index: number): string {
  return `pictures/${jobId}/${index}-full.png`;
}

/** The picture as the VAE decoded it, before upscaling: what a refine starts from. */
export function paintedKey(jobId: string, index: number): string {
  return `painted/${jobId}/${index}.png`;
}

/** Latents of one picture at the hand-over from base to refiner, fp16. */
export function handoverKey(jobId: string, index: number): string {
  return `checkpoints/${jobId}/handover-${index}.f16`;
}

/** What every key of a job begins with, one for each prefix of the bucket. */
export function prefixesOf(jobId: string): readonly string[] {
  return ['pictures', 'painted', 'checkpoints'].map((prefix) => `${prefix}/${jobId}/`);
}
