/** What a caller may choose beyond the checkpoint's scheduler config; what a sampler has no use for is ignored. */
export interface SamplerOptions {
  /** The schedule itself instead of a spacing: timesteps, falling (AlignYourSteps and the like). */
  readonly timesteps?: readonly number[] | undefined;
  /** The same as noise levels, falling; the last is where the run ends, usually 0, and has no call. Not both. */
  readonly sigmas?: readonly number[] | undefined;
  /** DDIM: 0 deterministic … 1 as DDPM. TCD: its gamma, 0 … 1 (0.3 by default). */
  readonly eta?: number | undefined;
  /** Euler: noise added back before each call (Karras et al. 2022, algorithm 2, https://arxiv.org/abs/2206.00364). */
  readonly churn?: Churn | undefined;
}

/** How much noise to add back (0 = none), for sigmas between `from` and `to` only, and that noise's own scale. */
export interface Churn {
  readonly amount: number;
  readonly from: number;
  readonly to: number;
  readonly noise: number;
}
