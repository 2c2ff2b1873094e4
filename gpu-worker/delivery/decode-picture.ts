import sharp from 'sharp';

/** Reads a stored picture back into 8-bit RGB, row by row. */
export async function decodePicture(file: Uint8Array): Promise<{ width: number; height: number; rgb: Uint8Array }> {
  const { data, info } = await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new TypeError(`a stored picture has ${info.channels} channels, not 3`);
  return { width: info.width, height: info.height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
