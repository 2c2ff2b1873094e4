import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_ATTACHED_BYTES } from '../../../core/limits.ts';
import { attachmentFetcher } from '../../../gpu-worker/painting/fetch-attachment.ts';

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
});
