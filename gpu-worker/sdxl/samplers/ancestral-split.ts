/** How far to go down without noise, and how much noise to add then, to get from one level to the next. */
export interface AncestralSplit {
  readonly down: number;
  readonly up: number;
}

/**
 * k-diffusion's `get_ancestral_step` with η = 1: down² + up² = to², and `up` is what DDPM would draw. In single
 * precision, as torch has it: the difference cancels, which leaves 1e-5 of rounding in `down` when steps are few.
 */
export function ancestralSplit(from: number, to: number): AncestralSplit {
  const round = Math.fround;
  const from2 = round(from ** 2);
  const to2 = round(to ** 2);
  const up = round(Math.sqrt(round(round(to2 * round(from2 - to2)) / from2)));
  return { down: round(Math.sqrt(round(to2 - round(up ** 2)))), up };
}
