/** A square of complex numbers, row by row; its edge is a power of two. */
export interface ComplexSquare {
  readonly edge: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function complexSquare(edge: number): ComplexSquare {
  return { edge, re: new Float64Array(edge * edge), im: new Float64Array(edge * edge) };
}

/** The discrete Fourier transform in place, unscaled (Cooley and Tukey 1965): e^(−2πi·…) forwards, e^(+2πi·…) backwards. */
export function transform(square: ComplexSquare, direction: 'forwards' | 'backwards'): void {
  const { edge } = square;
  const sign = direction === 'forwards' ? -1 : 1;
  for (let i = 0; i < edge; i += 1) transformLine(square, i * edge, 1, sign);
  for (let i = 0; i < edge; i += 1) transformLine(square, i, edge, sign);
}

/** One row (stride 1) or column (stride `edge`), by halves. */
function transformLine({ edge, re, im }: ComplexSquare, start: number, stride: number, sign: 1 | -1): void {
  reverseBits(re, im, edge, start, stride);
  for (let size = 2; size <= edge; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k += 1) {
      const angle = (sign * 2 * Math.PI * k) / size;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (let block = 0; block < edge; block += size) {
        const a = start + (block + k) * stride;
        const b = a + half * stride;
        const [reB = 0, imB = 0, reA = 0, imA = 0] = [re[b], im[b], re[a], im[a]];
        const turnedRe = reB * cos - imB * sin;
        const turnedIm = reB * sin + imB * cos;
        re[b] = reA - turnedRe;
        im[b] = imA - turnedIm;
        re[a] = reA + turnedRe;
        im[a] = imA + turnedIm;
      }
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array, edge: number, start: number, stride: number): void {
  for (let i = 1, j = 0; i < edge; i += 1) {
    let bit = edge >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const [a, b] = [start + i * stride, start + j * stride];
    [re[a], re[b]] = [re[b] ?? 0, re[a] ?? 0];
    [im[a], im[b]] = [im[b] ?? 0, im[a] ?? 0];
  }
}
