import { REST } from '@discordjs/rest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { started } from './started.ts';
import type { Started } from './started.ts';

let local: Started;

beforeAll(async () => {
  local = await started({ rateLimits: true });
});
afterAll(() => local.stop());

it('the sixth message within five seconds gets 429, and says when to try again', async () => {
  const path = `/channels/${local.channel('general').id}/messages`;
  const answers = [];
  for (let n = 0; n < 6; n += 1) answers.push(await local.rest('POST', path, { content: `${n}` }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['4', '3', '2', '1', '0', '0']);
  const last = answers[5];
  expect(last?.headers.get('x-ratelimit-scope')).toBe('user');
  expect(last?.body).toMatchObject({ global: false, retry_after: expect.closeTo(5, 0) });
  // Another channel is another bucket.
  expect((await local.rest('POST', `/channels/${local.channel('imagine').id}/messages`, { content: 'x' })).status).toBe(200);
});

it('@discordjs/rest reads the headers and waits instead of running into 429', async () => {
  const rest = new REST({ api: local.discord.apiBase }).setToken(local.discord.token);
  let limited = 0;
  rest.on('rateLimited', () => (limited += 1));
  const refused: number[] = [];
  rest.on('response', (_, response) => response.status === 429 && refused.push(response.status));
  const { id } = (await local.messages(local.max, local.channel('imagine')))[0] ?? { id: '' };
  const base: `/${string}` = `/channels/${local.channel('imagine').id}/messages/${id}/reactions`;
  const emojis = ['1️⃣', '2️⃣', '3️⃣'];
  await Promise.all(emojis.map((emoji) => rest.put(`${base}/${encodeURIComponent(emoji)}/@me`)));
  expect((await local.messages(local.max, local.channel('imagine')))[0]?.reactions?.map(({ emoji }) => emoji.name)).toEqual(emojis);
  expect([limited > 0, refused]).toEqual([true, []]);
});

it('more than fifty requests in a second meet the global limit', async () => {
  const answers = await Promise.all(Array.from({ length: 160 }, (_, n) => local.rest('GET', n % 2 === 0 ? '/users/@me' : '/applications/@me')));
  // Whatever part of a second they fall into: no two windows hold more than a hundred.
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(5);
  expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true');
  expect(refused[0]?.body).toMatchObject({ global: true });
});
