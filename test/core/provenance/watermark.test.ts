import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { CODED_BITS, decodeGolay, encodeGolay } from '../../../core/provenance/watermark/golay-code.ts';
import { decodeMark, encodeMark } from '../../../core/provenance/watermark/mark.ts';
import { MOST_CHANCE, detect } from '../../../core/provenance/watermark/detect.ts';
import { embed } from '../../../core/provenance/watermark/embed.ts';

const JOB = '0123abcdef';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Flat things on a flat ground, as the demo model draws them: the least that a mark can hide in. */
async function drawing(width: number, height: number): Promise<Picture> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#7fb3e0"/>
    <rect y="70%" width="100%" height="30%" fill="#3f8f3a"/><circle cx="75%" cy="20%" r="${width / 10}" fill="#f4d21f"/>
    <path d="M${width * 0.2} ${height * 0.75} V${height * 0.45} L${width * 0.35} ${height * 0.3} L${width * 0.5} ${height * 0.45} V${height * 0.75}z" fill="#b8322a"/></svg>`;
  return pixels(await sharp(Buffer.from(svg)).png().toBuffer());
}

async function pixels(file: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}

function encoder({ width, height, rgb }: Picture) {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

describe('the watermark’s code', () => {
  it('mends any three wrong bits of 24', () => {
    for (const message of [0, 1, 1234, 4095]) {
      const word = [...encodeGolay(message)];
      for (const bit of [0, 11, 23]) word[bit] = -(word[bit] ?? 0);
      expect(decodeGolay(word)).toBe(message);
    }
  });

  it('makes words that differ in eight bits or more', () => {
    const words = Array.from({ length: 200 }, (_, i) => encodeGolay(i * 20));
    const distances = words.slice(1).map((word) => word.filter((bit, i) => bit !== words[0]?.[i]).length);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(8);
  });

  it('gives the job back, and nothing for noise', () => {
    const bits = encodeMark({ jobId: JOB });
    expect(decodeMark(bits)).toEqual({ jobId: JOB });
    expect(decodeMark(bits.map((bit, i) => (i % CODED_BITS < 12 ? -bit : bit)))).toBeUndefined();
  });
});

describe('the watermark', () => {
  let plain: Picture;
  let marked: Picture;
  beforeAll(async () => {
    plain = await drawing(640, 512);
    marked = embed(plain, { jobId: JOB });
  });

  it('changes the picture by no more than 40 dB', () => {
    const squares = plain.rgb.reduce((sum, level, i) => sum + (level - (marked.rgb[i] ?? 0)) ** 2, 0);
    expect(10 * Math.log10(255 ** 2 / (squares / plain.rgb.length))).toBeGreaterThan(40);
  });

  it.each([
    ['PNG', (picture: Picture) => encoder(picture).png()],
    ['JPEG at quality 85', (picture: Picture) => encoder(picture).jpeg({ quality: 85 })],
    ['WebP at quality 85', (picture: Picture) => encoder(picture).webp({ quality: 85 })],
    ['half its size, then JPEG at quality 85', (picture: Picture) => encoder(picture).resize(320, 256).jpeg({ quality: 85 })],
    ['the loss of a fifth at each edge', (picture: Picture) => encoder(picture).extract({ left: 51, top: 77, width: 512, height: 410 }).png()],
  ])('survives %s', async (_, encode) => {
    const found = detect(await pixels(await encode(marked).toBuffer()));
    expect(found?.mark).toEqual({ jobId: JOB });
    expect(found?.chance).toBeLessThan(MOST_CHANCE);
  });

  it('is not found where there is none', () => {
    const found = detect(plain);
    expect(found?.mark).toBeUndefined();
    expect(found?.chance).toBeGreaterThan(MOST_CHANCE);
  });

  it('leaves pictures alone that are too narrow for it', async () => {
    const narrow = await drawing(640, 32);
    expect(embed(narrow, { jobId: JOB })).toBe(narrow);
    expect(detect(narrow)).toBeUndefined();
  });
});
