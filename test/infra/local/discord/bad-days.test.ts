import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalChannel } from '../../../../infra/local/discord/page-protocol.ts';
import { LocalUser } from '../../../../infra/local/local-user.ts';
import { type Started, refusal, started } from './started.ts';

let local: Started;
let ada: LocalUser;
let max: LocalUser;

beforeAll(async () => {
  local = await started();
  [ada, max] = [new LocalUser(local.discord.url, local.ada.id), new LocalUser(local.discord.url, local.max.id)];
});
afterAll(() => local.stop());

const picture = () => new File(['x'], 'a.png', { type: 'image/png' });
const post = ({ id }: LocalChannel, files?: readonly File[]) => local.rest('POST', `/channels/${id}/messages`, { content: 'x' }, files);

describe('an administrator', () => {
  it('makes a channel, where the bot may post', async () => {
    expect((await post(await ada.createChannel('fresh'), [picture()])).status).toBe(200);
  });

  it('takes a permission from the bot in one channel, and gives it back', async () => {
    const channel = await ada.createChannel('no-files');
    await ada.deny(channel.id, local.discord.applicationId, P.AttachFiles);
    expect(refusal(await post(channel, [picture()]))).toEqual([403, 50013]);
    expect((await post(channel)).status).toBe(200);
    await ada.deny(channel.id, local.discord.applicationId, 0n);
    expect((await post(channel, [picture()])).status).toBe(200);
  });

  it('deletes a channel with all that was said there', async () => {
    const channel = await ada.createChannel('short-lived');
    const { body } = await post(channel);
    await ada.deleteChannel(channel.id);
    expect(refusal(await post(channel))).toEqual([404, 10003]);
    expect(JSON.stringify(await ada.state())).not.toContain('short-lived');
    expect(body).toBeDefined();
  });

  it('only: anybody else is refused', async () => {
    await expect(max.createChannel('mine')).rejects.toThrow('Only administrators');
    await expect(max.deleteChannel(local.channel('general').id)).rejects.toThrow('Only administrators');
    await expect(max.deny(local.channel('general').id, max.id, 0n)).rejects.toThrow('Only administrators');
  });
});

describe('on request, the API', () => {
  it('is down for bots, while people go on', async () => {
    local.discord.setDown(true);
    const down = await fetch(`${local.discord.apiBase}/v10/users/@me`, { headers: { authorization: `Bot ${local.discord.token}` } });
    expect(down.status).toBe(503);
    expect((await max.say(local.channel('general').id, 'is it down?')).content).toBe('is it down?');
    local.discord.setDown(false);
    expect((await local.rest('GET', '/users/@me')).status).toBe(200);
  });

  it('breaks for what says certain words, and for nothing else', async () => {
    const { id } = local.channel('general');
    const say = (content: string) => local.rest('POST', `/channels/${id}/messages`, { content });
    local.discord.faults.add({ route: /^POST \/channels/, saying: /thunder/, times: Infinity, status: 500 });
    expect([(await say('sun')).status, (await say('thunder')).status, (await say('thunder')).status]).toEqual([200, 500, 500]);
    local.discord.faults.clear();
    expect((await say('thunder')).status).toBe(200);
  });
});
