/**
 * What every sampler of this folder is: the rule that turns noise into latents, one UNet call at a time.
 *
 * Terminology. A *step* is what a person counts ("20 steps"). A *call* is one pass through the UNet. Most samplers
 * make one call a step; Heun and KDPM2 make two (2n − 1 in all, the last step has no second half), PNDM makes n + 1.
 * DPM++ 2S makes one call a step: its two-call solver steps over two entries of the schedule. Whatever is written
 * `call` below is an index into `timesteps`, the FULL schedule: the refiner starts in its middle (`CallRange`).
 *
 * A sampler is an object for ONE run over one batch of latents: multistep ones remember earlier calls. Nothing here
 * needs shapes: the arithmetic is per value, so that latents `[batch, 4, height/8, width/8]` come as plain data.
 */
export interface Sampler {
  /** The timestep to give the UNet at each call, falling; fractional for Karras sigmas of Euler, Heun and KDPM2. */
  readonly timesteps: readonly number[];
  /** Noise levels at each call and after the last; undefined where the sampler works on cumulative alphas alone. */
  readonly sigmas: Float32Array | undefined;
  /** Number of steps that the schedule was made for; strength is a share of these. */
  readonly steps: number;
  /** Calls per step as schedules are cut: 2 for Heun and KDPM2, else 1. */
  readonly order: 1 | 2;
  /** What unit Gaussian noise is multiplied with to start from pure noise. */
  readonly initNoiseSigma: number;
  /** Training timesteps, 1000 for SDXL: hand-overs are a share of these. */
  readonly trainTimesteps: number;
  /** Scales latents for the UNet's eyes; gives `x` itself where nothing is to be scaled. */
  scaleModelInput(x: Float32Array, call: number): Float32Array;
  /**
   * How many Gaussian draws of the size of the latents `step` wants at this call, at most one; drawn even where a
   * sampler then multiplies them by 0, since the generator must end in the same state as in diffusers.
   */
  noiseDraws(call: number): 0 | 1;
  /**
   * Goes one call ahead from `x` (the unscaled latents), given what the UNet said and exactly `noiseDraws(call)` draws.
   * Calls come in rising order without gaps, from wherever the run begins. Throws RangeError otherwise.
   */
  step(modelOutput: Float32Array, call: number, x: Float32Array, noise?: Float32Array): Stepped;
  /** Noises clean latents to the level of `call`: the start of image-to-image, and inpainting's untouched part. */
  addNoise(x0: Float32Array, noise: Float32Array, call: number): Float32Array;
  /** Everything `step` remembers, copied; a fresh sampler of the same kind continues from it bit for bit. */
  snapshot(): SamplerState;
  restore(state: SamplerState): void;
}

/** Both are fresh arrays that the sampler does not touch again. */
export interface Stepped {
  /** Latents after the call. */
  readonly next: Float32Array;
  /** What the sampler takes the finished latents to be at this point: for previews. */
  readonly denoised: Float32Array;
}

/** A sampler's memory as plain data, for checkpoints. */
export interface SamplerState {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, Float32Array>>;
}
