import type { APIMessage } from 'discord-api-types/v10';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existing, refusal, started, trusted } from './started.ts';
import type { Answer, Started } from './started.ts';

let local: Started;
let clock = Date.now();
let channelId: string;
let red: File;
let blue: File;

beforeAll(async () => {
  local = await started({ wrongOnPurpose: true, now: () => clock });
  channelId = local.channel('general').id;
  const picture = async (background: string, name: string) => new File([new Uint8Array(await sharp({ create: { width: 8, height: 4, channels: 3, background } }).png().toBuffer())], name, { type: 'image/png' });
  red = await picture('#f00', 'red.png');
  blue = await picture('#00f', 'blue house.png');
});
afterAll(() => local.stop());

const message = ({ status, body }: Answer): APIMessage => {
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return trusted<APIMessage>(body);
};
const post = async (body: unknown, files?: readonly File[]) => message(await local.rest('POST', `/channels/${channelId}/messages`, body, files));
const edit = async (id: string, body: unknown, files?: readonly File[]) => message(await local.rest('PATCH', `/channels/${channelId}/messages/${id}`, body, files));
const names = ({ attachments }: APIMessage) => attachments.map(({ filename }) => filename);

describe('attachments', () => {
  it('carry their alt text, their size and a link that works', async () => {
    const { attachments } = await post({ attachments: [{ id: 0, description: 'red' }, { id: '1', filename: 'sea.png' }] }, [red, blue]);
    expect(attachments).toMatchObject([{ filename: 'red.png', description: 'red', width: 8, height: 4, size: red.size, content_type: 'image/png' }, { filename: 'sea.png' }]);
    const got = await fetch(existing(attachments[0]).url);
    expect([got.status, got.headers.get('content-type'), (await got.arrayBuffer()).byteLength]).toEqual([200, 'image/png', red.size]);
  });

  it('have names fit for a link', async () => expect(names(await post({}, [blue]))).toEqual(['blue_house.png']));

  it('stay when an edit does not speak of them, and new files join them', async () => {
    const { id } = await post({ content: 'x' }, [red]);
    expect(names(await edit(id, { content: 'y' }))).toEqual(['red.png']);
    expect(names(await edit(id, { content: 'z' }, [blue]))).toEqual(['red.png', 'blue_house.png']);
  });

  it('go when an edit lists others, with their bytes', async () => {
    const first = await post({ content: 'x' }, [red, blue]);
    const [kept, dropped] = first.attachments;
    const after = await edit(first.id, { attachments: [{ id: existing(kept).id, description: 'kept' }] });
    expect(after.attachments).toMatchObject([{ id: existing(kept).id, description: 'kept' }]);
    expect((await fetch(existing(dropped).url)).status).toBe(404);
    const replaced = await edit(first.id, { attachments: [{ id: '0', description: 'new' }] }, [blue]);
    expect(replaced.attachments).toMatchObject([{ filename: 'blue_house.png', description: 'new' }]);
    expect(names(await edit(first.id, { attachments: [] }))).toEqual([]);
  });

  it('that an edit names but the message does not have are refused', async () => {
    const { id } = await post({ content: 'x' });
    expect(refusal(await local.rest('PATCH', `/channels/${channelId}/messages/${id}`, { attachments: [{ id: '123' }] }))).toEqual([400, 50035]);
  });

  it('leave the list while an embed shows them, and come back when it no longer does', async () => {
    const shown = await post({ embeds: [{ title: 'x', image: { url: 'attachment://red.png' } }] }, [red]);
    expect(names(shown)).toEqual([]);
    expect(shown.embeds[0]?.image).toMatchObject({ url: expect.stringMatching(/^http:.*\/red\.png$/), width: 8, height: 4 });
    expect((await fetch(existing(shown.embeds[0]?.image).url)).status).toBe(200);
    expect(names(await edit(shown.id, { content: 'x', embeds: [] }))).toEqual(['red.png']);
  });

  it('that an embed speaks of and the message lacks are told to the developer', async () => {
    await post({ embeds: [{ image: { url: 'attachment://nowhere.png' } }] });
    expect(local.notices).toContain('an embed shows attachment://nowhere.png, but its message has no such file');
  });

  it('go with their message', async () => {
    const { id, attachments } = await post({}, [red]);
    expect((await local.rest('DELETE', `/channels/${channelId}/messages/${id}`)).status).toBe(204);
    expect((await fetch(existing(attachments[0]).url)).status).toBe(404);
  });
});

describe('a nonce', () => {
  it('that is enforced makes one message of two for five minutes', async () => {
    const first = await post({ content: 'once', nonce: 'n1', enforce_nonce: true });
    const second = await post({ content: 'twice', nonce: 'n1', enforce_nonce: true });
    expect([second.id, second.content, second.nonce]).toEqual([first.id, 'once', 'n1']);
    clock += 6 * 60_000;
    expect((await post({ content: 'later', nonce: 'n1', enforce_nonce: true })).id).not.toBe(first.id);
  });

  it('that is not enforced does not', async () => {
    const [first, second] = [await post({ content: 'a', nonce: 'n2' }), await post({ content: 'a', nonce: 'n2' })];
    expect(first.id).not.toBe(second.id);
  });

  it('still counts when the first answer was lost', async () => {
    local.discord.faults.add({ route: /^POST \/channels\/\d+\/messages$/, times: 1, status: 502, when: 'after' });
    const body = { content: 'lost and found', nonce: 'n3', enforce_nonce: true };
    expect((await local.rest('POST', `/channels/${channelId}/messages`, body)).status).toBe(502);
    await post(body);
    expect((await local.messages(local.ada, local.channel('general'))).filter(({ content }) => content === 'lost and found')).toHaveLength(1);
  });
});

describe('mentions', () => {
  const mentioned = async (body: Record<string, unknown>) => {
    const { mentions, mention_everyone: everyone } = await post(body);
    return [...mentions.map(({ username }) => username), ...(everyone ? ['everyone'] : [])];
  };
  const content = () => `<@${local.max.id}> and <@${local.ada.id}> @everyone`;

  it('count as written, but for @everyone, which the bot may not use', async () => expect(await mentioned({ content: content() })).toEqual(['max', 'ada']));
  it('do not count when nothing is allowed', async () => expect(await mentioned({ content: content(), allowed_mentions: { parse: [] } })).toEqual([]));
  it('count for those listed', async () => expect(await mentioned({ content: content(), allowed_mentions: { users: [local.ada.id] } })).toEqual(['ada']));
  it('never count in an embed', async () => expect(await mentioned({ embeds: [{ description: content() }] })).toEqual([]));

  it('count for whoever is replied to, unless told otherwise', async () => {
    const { id } = message(await local.local(local.max, 'POST', `/channels/${channelId}/messages`, { content: 'hello' }));
    const reply = await post({ content: 'hi', message_reference: { message_id: id } });
    expect([reply.type, reply.referenced_message?.id, reply.mentions.map(({ username }) => username)]).toEqual([19, id, ['max']]);
    expect((await post({ content: 'hi', message_reference: { message_id: id }, allowed_mentions: { parse: [] } })).mentions).toEqual([]);
    expect((await post({ content: 'hi', message_reference: { message_id: '1', fail_if_not_exists: false } })).type).toBe(0);
  });
});

describe('reactions', () => {
  it('add up, tell who made them and go when the last one leaves', async () => {
    const { id } = await post({ content: 'x' });
    const emoji = encodeURIComponent('✨');
    await local.rest('PUT', `/channels/${channelId}/messages/${id}/reactions/${emoji}/@me`);
    await local.local(local.max, 'PUT', `/channels/${channelId}/messages/${id}/reactions/${emoji}`);
    const seen = (await local.messages(local.max, local.channel('general')))[0];
    expect(seen?.reactions).toMatchObject([{ emoji: { id: null, name: '✨' }, count: 2, me: true }]);
    const { body } = await local.rest('GET', `/channels/${channelId}/messages/${id}/reactions/${emoji}`);
    expect(trusted<{ username: string }[]>(body).map(({ username }) => username).toSorted()).toEqual(['max', 'refinery']);
    expect(refusal(await local.rest('DELETE', `/channels/${channelId}/messages/${id}/reactions/${emoji}/${local.max.id}`))).toEqual([403, 50013]);
    await local.rest('DELETE', `/channels/${channelId}/messages/${id}/reactions/${emoji}/@me`);
    await local.local(local.max, 'DELETE', `/channels/${channelId}/messages/${id}/reactions/${emoji}`);
    expect(message(await local.rest('GET', `/channels/${channelId}/messages/${id}`)).reactions).toBeUndefined();
  });
});

it('lists messages newest first, before and after one', async () => {
  const ids = [(await post({ content: '1' })).id, (await post({ content: '2' })).id, (await post({ content: '3' })).id];
  const page = async (query: string) => trusted<APIMessage[]>((await local.rest('GET', `/channels/${channelId}/messages?${query}`)).body).map(({ content }) => content);
  expect(await page('limit=3')).toEqual(['3', '2', '1']);
  expect(await page(`limit=1&before=${ids[2]}`)).toEqual(['2']);
  expect(await page(`limit=5&after=${ids[0]}`)).toEqual(['3', '2']);
});
