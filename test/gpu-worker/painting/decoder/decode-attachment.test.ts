import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAttached, decodeMask } from '../../../../gpu-worker/painting/decoder/decode-attachment.ts';
import { UnreadablePicture, readPixels } from '../../../../gpu-worker/painting/decoder/read-pixels.ts';
import { runDecoder } from '../../../../gpu-worker/painting/decoder/run-decoder.ts';

const SIZE = { width: 64, height: 48 };
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>');
const solid = (background: string, width = 300, height = 200) => sharp({ create: { width, height, channels: 3, background } });
const firstPixel = async (file: Uint8Array) => [...(await readPixels(file, { as: 'picture', ...SIZE })).subarray(0, 3)];

describe('a file that somebody attached', () => {
  it('is cut to the size that is painted, three bytes a pixel; a mask is one byte a pixel', async () => {
    const png = await solid('red').png().toBuffer();
    const { rgb, ...size } = await decodeAttached(png, SIZE);
    expect([size, rgb.length, ...rgb.slice(0, 3)]).toEqual([SIZE, 64 * 48 * 3, 255, 0, 0]);
    expect((await decodeMask(png, SIZE)).grey).toHaveLength(64 * 48);
  });

  it('may be a GIF or a WebP that moves: its first picture counts', async () => {
    const frames = await Promise.all(['red', 'blue'].map((colour) => solid(colour).png().toBuffer()));
    const joined = sharp(frames, { join: { animated: true } });
    expect(await firstPixel(await joined.gif().toBuffer())).toEqual([255, 0, 0]);
    const [red = 0, , blue = 255] = await firstPixel(await joined.webp({ lossless: true }).toBuffer());
    expect([red > 240, blue < 16]).toEqual([true, true]);
  });

  it('that is a picture and a page or an archive at once is that picture and nothing more', async () => {
    const png = await solid('red').png().toBuffer();
    for (const more of ['<script>alert(1)</script>', '%PDF-1.7', 'PK\u0003\u0004']) expect(await firstPixel(Buffer.concat([png, Buffer.from(more)]))).toEqual([255, 0, 0]);
  });

  it.each([
    ['unfolds into gigabytes', async () => pngOf(60_000, 60_000, deflateSync(Buffer.alloc(4096)))],
    ['unfolds into more than it declares', async () => pngOf(64, 64, deflateSync(Buffer.alloc(4 * 1024 * 1024)), true)],
    ['has more than 36 megapixels', async () => solid('black', 9000, 4100).png().toBuffer()],
    ['is cut off: a PNG', async () => half(await noise().png().toBuffer())],
    ['is cut off: a JPEG', async () => half(await noise().jpeg().toBuffer())],
    ['is cut off: a WebP', async () => half(await noise().webp().toBuffer())],
    ['is an SVG', async () => SVG],
    ['is a TIFF', async () => solid('red').tiff().toBuffer()],
    ['is a page', async () => Buffer.from('<html><body>hello</body></html>')],
    ['is empty', async () => Buffer.alloc(0)],
  ])('that %s is not read', async (_, make) => {
    await expect(readPixels(await make(), { as: 'picture', ...SIZE })).rejects.toThrow(UnreadablePicture);
  });

  it('that cannot be read is refused for good, so that no worker tries again', async () => {
    for (const file of [SVG, pngOf(60_000, 60_000, deflateSync(Buffer.alloc(4096)))]) await expect(decodeAttached(file, SIZE)).rejects.toMatchObject({ reason: 'attachment-unreadable' });
  });
});

describe('a decoder', () => {
  const entryPoint = new URL('./unruly-decoder.mjs', import.meta.url);
  const limits = { timeoutMs: 60_000, mostMemoryBytes: 1024 ** 3 };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'refinery-decoder-'));
    Object.assign(process.env, { DISCORD_TOKEN: 'secret', AWS_SECRET_ACCESS_KEY: 'secret' });
  });
  afterAll(async () => {
    delete process.env['DISCORD_TOKEN'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await rm(folder, { recursive: true, force: true });
  });

  async function isGone(pidFile: string): Promise<boolean> {
    // Without one it did not even get there.
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => Number.NaN));
    if (Number.isNaN(pid)) return true;
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  }

  it.each([
    ['hang', { timeoutMs: 2000 }, /took longer than/],
    ['crash', {}, /SIGABRT/],
    ['eat', { mostMemoryBytes: 250 * 1024 * 1024 }, /bytes of memory/],
    ['flood', {}, /wrote more/],
    ['stop-short', {}, /wrote 10 bytes/],
  ])('made to %s costs the job and nothing else, and is gone afterwards', async (what, changes, reason) => {
    const pidFile = path.join(folder, what);
    await expect(runDecoder(entryPoint, `${what}:${pidFile}`, Buffer.alloc(1024), 100, { ...limits, ...changes })).rejects.toThrow(reason);
    expect(await isGone(pidFile)).toBe(true);
  });

  it('knows none of the worker’s secrets', async () => {
    expect((await runDecoder(entryPoint, `tell-secrets:${path.join(folder, 'secrets')}`, Buffer.alloc(0), 4, limits)).toString()).toBe('none');
  });
});

const half = (file: Buffer) => file.subarray(0, Math.floor(file.length / 2));
const noise = () => sharp({ create: { width: 200, height: 200, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 60 } } });

/** A PNG by hand (https://www.w3.org/TR/png-3/): what it declares, and what it holds; and maybe a comment that unfolds, too. */
function pngOf(width: number, height: number, pixels: Buffer, withComment = false): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const comment = withComment ? [chunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(4 * 1024 * 1024))]))] : [];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), ...comment, chunk('IDAT', half(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
