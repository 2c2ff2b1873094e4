/** Pictures that record-nsfwjs.mjs and the test draw alike, byte for byte, in sizes that are enlarged, reduced, and neither. */

export interface ReferencePicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

type Paint = (x: number, y: number, random: () => number) => readonly [number, number, number];

const DRAWN: readonly { readonly name: string; readonly width: number; readonly height: number; readonly paint: Paint }[] = [
  { name: 'noise', width: 300, height: 200, paint: (_x, _y, random) => [random() * 255, random() * 255, random() * 255] },
  { name: 'skin', width: 512, height: 512, paint: (x, y, random) => [205 + 30 * Math.floor(x / 90) % 40 + random() * 9, 150 + (y % 60) / 3, 120 + random() * 20] },
  { name: 'disc', width: 128, height: 128, paint: (x, y) => ((x - 60) ** 2 + (y - 70) ** 2 < 1600 ? [220, 40, 40] : [60, 120, 220]) },
  { name: 'slope', width: 224, height: 224, paint: (x, y) => [x, y, (x + y) / 2] },
  { name: 'stripes', width: 640, height: 257, paint: (x, y) => (Math.floor((x + 2 * y) / 23) % 2 === 0 ? [240, 240, 235] : [20, 30, 60]) },
  { name: 'rings', width: 97, height: 401, paint: (x, y, random) => [90 + Math.floor(Math.hypot(x - 48, y - 200)) % 120, 60 + random() * 60, 140] },
];

/** Whole numbers and one generator only: nothing in them depends on the machine. */
export function referencePictures(): readonly ReferencePicture[] {
  return DRAWN.map(({ name, width, height, paint }) => {
    const rgb = new Uint8Array(width * height * 3);
    const random = randomNumbers(width * 1000 + height);
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) for (const level of paint(x, y, random)) rgb[at++] = Math.max(0, Math.min(255, Math.round(level)));
    }
    return { name, width, height, rgb };
  });
}

/** The minimal standard generator of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
