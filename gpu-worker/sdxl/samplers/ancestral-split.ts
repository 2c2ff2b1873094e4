/** How far to go down without noise, and how much noise to add then, to get from one level to the next. */
export interface AncestralSplit {
  readonly down: number;
  readonly up: number;
}

/** k-diffusion's `get_ancestral_step` with η = 1: down² + up² = to², and `up` is what DDPM would draw. */
export function ancestralSplit(from: number, to: number): AncestralSplit {
  const up = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);
  return { down: to ** 2 / from, up };
}
