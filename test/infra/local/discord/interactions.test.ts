import { MessageFlags } from 'discord-api-types/v10';
import type { APIChatInputApplicationCommandInteraction, APIMessage } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InteractionOutcome } from '../../../../infra/local/discord/page-protocol.ts';
import { gatewayClient } from './gateway-client.ts';
import type { GatewayClient } from './gateway-client.ts';
import { existing, listening, refusal, started, trusted } from './started.ts';
import type { Started } from './started.ts';

const MINUTE_MS = 60_000;

let local: Started;
let bot: GatewayClient;
let clock: number;
let commandId: string;

beforeEach(async () => {
  clock = Date.now();
  local = await started({ wrongOnPurpose: true, now: () => clock, answerWithinMs: 150 });
  bot = await gatewayClient(local.discord);
  await local.rest('PUT', `/applications/${local.discord.applicationId}/commands`, [{ name: 'imagine', description: 'Paints' }]);
  commandId = existing((await local.state(local.max)).commands[0]).id;
});
afterEach(async () => {
  bot.close();
  await local.stop();
});

type Interaction = APIChatInputApplicationCommandInteraction;

/** Max uses /imagine; the bot has received it and not answered yet. */
async function used(): Promise<{ readonly interaction: Interaction; readonly outcome: Promise<InteractionOutcome> }> {
  const outcome = local.interact(local.max, { kind: 'command', channelId: local.channel('imagine').id, commandId, options: [] });
  return { interaction: trusted<Interaction>((await bot.next('INTERACTION_CREATE')).d), outcome };
}

const callback = ({ id, token }: Interaction, body: unknown, query = '') => local.rest('POST', `/interactions/${id}/${token}/callback${query}`, body);
const webhook = ({ application_id: app, token }: Interaction, rest = '') => `/webhooks/${app}/${token}${rest}`;

describe('an interaction', () => {
  it('carries who used it where, with which permissions', async () => {
    const { interaction } = await used();
    expect(interaction).toMatchObject({
      type: 2,
      channel_id: local.channel('imagine').id,
      guild_id: expect.any(String),
      member: { user: { id: local.max.id, username: 'max' }, permissions: expect.stringMatching(/^\d+$/), roles: [] },
      data: { id: commandId, name: 'imagine', type: 1 },
      attachment_size_limit: 10 * 1024 * 1024,
      context: 0,
    });
  });

  it('that nobody answers in time fails for its user, and its callback gets 10062', async () => {
    const page = await listening(local.discord, local.max);
    const { interaction, outcome } = await used();
    expect(await outcome).toEqual({ outcome: 'failed', interactionId: interaction.id, message: 'The application did not respond' });
    await page.until((event) => event.type === 'interaction:failed' && event.commandName === 'imagine');
    expect(refusal(await callback(interaction, { type: 5 }))).toEqual([404, 10062]);
    page.close();
  });

  it('fails at once when no bot is connected', async () => {
    bot.close();
    await bot.closed;
    const began = Date.now();
    const outcome = await local.interact(local.max, { kind: 'command', channelId: local.channel('imagine').id, commandId, options: [] });
    expect(outcome.outcome).toBe('failed');
    expect(Date.now() - began).toBeLessThan(140);
  });

  it('reaches a bot that lost its connection, when it resumes in time', async () => {
    const { session_id: sessionId } = trusted<{ session_id: string }>(bot.heard.find(({ t }) => t === 'READY')?.d);
    bot.close(4000);
    await bot.closed;
    const outcome = local.interact(local.max, { kind: 'command', channelId: local.channel('imagine').id, commandId, options: [] });
    bot = await gatewayClient(local.discord, { identify: false });
    bot.send(6, { token: local.discord.token, session_id: sessionId, seq: 2 });
    await callback(trusted<Interaction>((await bot.next('INTERACTION_CREATE')).d), { type: 4, data: { content: 'back' } });
    expect((await outcome).outcome).toBe('answered');
  });

  it('is answered once: the second callback gets 40060', async () => {
    const { interaction, outcome } = await used();
    const both = await Promise.all([callback(interaction, { type: 5 }), callback(interaction, { type: 4, data: { content: 'x' } })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 400]);
    expect(refusal(existing(both.find(({ status }) => status === 400)))).toEqual([400, 40060]);
    expect((await outcome).outcome).toBe('answered');
  });

  it('may be answered again after an answer that was refused', async () => {
    const { interaction } = await used();
    expect(refusal(await callback(interaction, { type: 4, data: { content: 'x'.repeat(2001) } }))).toEqual([400, 50035]);
    expect(refusal(await callback(interaction, { type: 7, data: { content: 'x' } }))).toEqual([400, 50035]);
    expect((await callback(interaction, { type: 4, data: { content: 'short' } })).status).toBe(204);
  });

  it('with another’s token is unknown', async () => {
    const { interaction } = await used();
    expect(refusal(await callback({ ...interaction, token: 'x' }, { type: 5 }))).toEqual([404, 10062]);
  });

  it('tells of its message when asked with_response', async () => {
    const { interaction } = await used();
    const { body } = await callback(interaction, { type: 4, data: { content: 'here' } }, '?with_response=true');
    expect(body).toMatchObject({ interaction: { id: interaction.id, type: 2, response_message_loading: false, response_message_ephemeral: false }, resource: { type: 4, message: { content: 'here', interaction_metadata: { id: interaction.id } } } });
  });
});

describe('its webhook', () => {
  it('is not there before the first answer: 10015', async () => {
    const { interaction } = await used();
    expect(refusal(await local.rest('PATCH', webhook(interaction, '/messages/@original'), { content: 'x' }))).toEqual([404, 10015]);
  });

  it('edits, reads and deletes the original response', async () => {
    const { interaction } = await used();
    await callback(interaction, { type: 5 });
    const original = webhook(interaction, '/messages/@original');
    expect((await local.rest('GET', original)).body).toMatchObject({ flags: MessageFlags.Loading });
    expect((await local.rest('PATCH', original, { content: 'done' })).body).toMatchObject({ content: 'done', flags: 0, edited_timestamp: null });
    expect((await local.rest('PATCH', original, { content: 'done again' })).body).toMatchObject({ edited_timestamp: expect.any(String) });
    expect((await local.rest('DELETE', original)).status).toBe(204);
    expect(refusal(await local.rest('GET', original))).toEqual([404, 10008]);
  });

  it('fills a deferred reply with the first follow-up, and answers it with the next', async () => {
    const { interaction } = await used();
    await callback(interaction, { type: 5, data: { flags: MessageFlags.Ephemeral } });
    const first = trusted<APIMessage>((await local.rest('POST', webhook(interaction), { content: 'first' })).body);
    const second = trusted<APIMessage>((await local.rest('POST', webhook(interaction), { content: 'second' })).body);
    expect([first.flags, second.flags]).toEqual([MessageFlags.Ephemeral, 0]);
    expect(second.message_reference?.message_id).toBe(first.id);
    expect((await local.rest('PATCH', webhook(interaction, `/messages/${second.id}`), { content: 'second, edited' })).status).toBe(200);
  });

  it('ends after fifteen minutes: 50027', async () => {
    const { interaction } = await used();
    await callback(interaction, { type: 5 });
    clock += 14 * MINUTE_MS;
    expect((await local.rest('PATCH', webhook(interaction, '/messages/@original'), { content: 'in time' })).status).toBe(200);
    clock += 2 * MINUTE_MS;
    expect(refusal(await local.rest('PATCH', webhook(interaction, '/messages/@original'), { content: 'late' }))).toEqual([401, 50027]);
    expect(refusal(await local.rest('POST', webhook(interaction), { content: 'late' }))).toEqual([401, 50027]);
    expect(refusal(await local.rest('POST', `/webhooks/${interaction.application_id}/nonsense`, { content: 'x' }))).toEqual([401, 50027]);
  });
});

describe('an ephemeral answer', () => {
  it('is seen by its user alone: not by others, not by the gateway, not by the channel’s routes', async () => {
    const { interaction } = await used();
    await callback(interaction, { type: 4, data: { content: 'for you', flags: MessageFlags.Ephemeral } });
    const channel = local.channel('imagine');
    const [mine] = await local.messages(local.max, channel);
    expect(mine).toMatchObject({ content: 'for you', flags: MessageFlags.Ephemeral });
    expect(await local.messages(local.ada, channel)).toEqual([]);
    expect((await local.rest('GET', `/channels/${channel.id}/messages`)).body).toEqual([]);
    expect(refusal(await local.rest('PATCH', `/channels/${channel.id}/messages/${existing(mine).id}`, { content: 'x' }))).toEqual([404, 10008]);
    await local.rest('POST', `/channels/${channel.id}/messages`, { content: 'for all' });
    expect((await bot.next('MESSAGE_CREATE')).d).toMatchObject({ content: 'for all' });
    // Its user may dismiss it.
    expect((await local.local(local.max, 'DELETE', `/channels/${channel.id}/messages/${existing(mine).id}`)).status).toBe(204);
  });

  it('is not to be had in a plain message', async () => {
    const { body } = await local.rest('POST', `/channels/${local.channel('imagine').id}/messages`, { content: 'x', flags: MessageFlags.Ephemeral });
    expect(body).toMatchObject({ flags: 0 });
  });
});
