import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_ATTACHED_BYTES } from '../../../core/limits.ts';
import { attachmentFetcher, decodeAttached, decodeMask } from '../../../gpu-worker/painting/fetch-attachment.ts';

const server = createServer(({ url }, response) => {
  if (url === '/gone') return void response.writeHead(404).end();
  if (url === '/elsewhere') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  if (url === '/endless') {
    const flood = () => void (response.destroyed || response.write(Buffer.alloc(1 << 20), flood));
    return flood();
  }
  response.end('bytes');
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('an attachment', () => {
  it('is fetched from the local Discord when that is the one spoken to', async () => {
    const bytes = await attachmentFetcher(`${origin}/api`)({ url: `${origin}/file`, bytes: 5 });
    expect(Buffer.from(bytes).toString()).toBe('bytes');
  });

  it.each([
    ['https://discord.com/api', 'http://127.0.0.1:1/file'],
    ['https://discord.com/api', 'http://cdn.discordapp.com/file'],
    ['https://discord.com/api', 'https://cdn.discordapp.com.evil.example/file'],
    ['https://discord.com/api', 'https://discord.com/file'],
    ['http://127.0.0.1:1/api', 'http://127.0.0.1:2/file'],
  ])('for %s is not fetched from %s', async (api, url) => {
    await expect(attachmentFetcher(api)({ url, bytes: 5 })).rejects.toMatchObject({ reason: 'attachment-elsewhere' });
  });

  it('that is gone, too large as declared or as sent, or leads elsewhere is not taken', async () => {
    const fetchIt = attachmentFetcher(`${origin}/api`);
    await expect(fetchIt({ url: `${origin}/gone`, bytes: 5 })).rejects.toMatchObject({ reason: 'attachment-gone' });
    await expect(fetchIt({ url: `${origin}/file`, bytes: MAX_ATTACHED_BYTES + 1 })).rejects.toMatchObject({ reason: 'attachment-too-large' });
    await expect(fetchIt({ url: `${origin}/endless`, bytes: 5 })).rejects.toMatchObject({ reason: 'attachment-too-large' });
    await expect(fetchIt({ url: `${origin}/elsewhere`, bytes: 5 })).rejects.toThrow();
  });

  it('is cut to the size that is painted, and a mask is one byte a pixel', async () => {
    const png = await sharp({ create: { width: 300, height: 100, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 1 } } }).png().toBuffer();
    const { rgb, width, height } = await decodeAttached(png, { width: 128, height: 96 });
    expect([width, height, rgb.length, ...rgb.slice(0, 3)]).toEqual([128, 96, 128 * 96 * 3, 255, 0, 0]);
    expect((await decodeMask(png, { width: 64, height: 64 })).grey).toHaveLength(64 * 64);
  });

  it('that unfolds into too many pixels, or is no picture, is refused', async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'black' } }).png().toBuffer();
    await expect(decodeAttached(bomb, { width: 64, height: 64 })).rejects.toMatchObject({ reason: 'attachment-unreadable' });
    await expect(decodeAttached(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), { width: 64, height: 64 })).rejects.toMatchObject({ reason: 'attachment-unreadable' });
  });
});
