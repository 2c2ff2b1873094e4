import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { pictureCard } from '../../../bot/cards/picture-card.ts';
import { PictureStore } from '../../../core/picture-store.ts';
import { fullSizeLinks } from '../../../gpu-worker/posting/full-size-links.ts';
import { violations } from '../../bot/discord-rules.ts';
import { imagineJob } from '../../core/example-jobs.ts';

const DAY_SECONDS = 86_400;
/** Links are signed without asking anybody. */
const storeAt = (endpoint: string) => new PictureStore(new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not told to anybody' } }), 'pictures');
const stored = { key: 'a.webp', paintedKey: 'p.png', seed: 7, width: 128, height: 128 };
const pictures = [{ stored }, { stored: { ...stored, fullKey: 'full/1/1.png' } }];

it('lead for a day to the lossless file of each picture that was posted smaller, and stand in the card', async () => {
  const [none, link] = await fullSizeLinks(storeAt('https://s3.example.com'), pictures);
  expect(none).toBeUndefined();
  const url = new URL(link ?? '');
  expect([url.origin, url.pathname, url.searchParams.get('X-Amz-Expires')]).toEqual(['https://s3.example.com', '/pictures/full/1/1.png', String(DAY_SECONDS)]);

  const shown = [1, 2].map((number) => ({ filename: `refinery-${number}.webp`, seed: 7, width: 512, height: 512, ...(number === 2 && link !== undefined && { fullSizeUrl: link }) }));
  const card = pictureCard({ job: imagineJob(), pictures: shown, tookMs: 1, cost: 100, left: 0 });
  expect(card.embeds[0]?.fields?.filter(({ name }) => name === 'Without loss, for a day')).toEqual([{ name: 'Without loss, for a day', value: `[Picture 2](${link})` }]);
  expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
});

it.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566'])('are none where only this machine could open them: %s', async (endpoint) => {
  expect(await fullSizeLinks(storeAt(endpoint), pictures)).toEqual([undefined, undefined]);
});
