const LONGEST_PERIOD = 10_000;

export interface SinusoidOptions {
  /** Length of each vector. */
  readonly length: number;
  /** Cosines before sines, as SDXL has it. */
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

/**
 * diffusers' get_timestep_embedding: each number becomes `length` sines and cosines of falling frequency; [numbers, length].
 * Computed here and not in the graph, since numbers near 1000 need float32 phases whatever the provider computes in.
 */
export function sinusoids(numbers: readonly number[] | Float32Array, { length, flipSinToCos, freqShift }: SinusoidOptions): Float32Array {
  const half = Math.floor(length / 2);
  const out = new Float32Array(numbers.length * length);
  const [sines, cosines] = flipSinToCos ? [half, 0] : [0, half];
  for (let i = 0; i < half; i++) {
    // Rounded to float32 where torch does.
    const exponent = Math.fround(Math.fround(Math.fround(-Math.log(LONGEST_PERIOD)) * i) / (half - freqShift));
    const frequency = Math.fround(Math.exp(exponent));
    numbers.forEach((number: number, n: number) => {
      const phase = Math.fround(Math.fround(number) * frequency);
      out[n * length + sines + i] = Math.sin(phase);
      out[n * length + cosines + i] = Math.cos(phase);
    });
  }
  return out;
}
