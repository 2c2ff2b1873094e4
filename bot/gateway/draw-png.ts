import sharp from 'sharp';

/** Draws an SVG of ours as a PNG, in sharp's own threads. */
export async function drawPng(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
}
