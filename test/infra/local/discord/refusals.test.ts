import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existing, refusal, started, trusted } from './started.ts';
import type { Started } from './started.ts';

let local: Started;
let messages: string;
let commands: string;

beforeAll(async () => {
  local = await started({ wrongOnPurpose: true });
  messages = `/channels/${local.channel('general').id}/messages`;
  commands = `/applications/${local.discord.applicationId}/commands`;
});
afterAll(() => local.stop());

type FieldError = readonly [path: string, code: string];

/** `errors` flattened: `embeds.0.title` and the code there. */
function fieldErrors(node: unknown, path: readonly string[] = []): readonly FieldError[] {
  return Object.entries(trusted<Record<string, unknown>>(node)).flatMap(([key, value]): readonly FieldError[] =>
    key === '_errors' ? trusted<{ code: string }[]>(value).map(({ code }) => [path.join('.'), code]) : fieldErrors(value, [...path, key]),
  );
}

const button = (customId: string) => ({ type: 2, style: 1, label: 'x', custom_id: customId });
const row = (...components: readonly unknown[]) => ({ type: 1, components });
const long = (length: number) => 'x'.repeat(length);

describe('a message is refused with 50035', () => {
  const cases: readonly (readonly [what: string, body: Record<string, unknown>, errors: readonly FieldError[]])[] = [
    ['whose content is longer than 2,000', { content: long(2001) }, [['content', 'BASE_TYPE_MAX_LENGTH']]],
    ['whose content is no text', { content: 5 }, [['content', 'STRING_TYPE_CONVERT']]],
    ['whose embeds are no list', { embeds: {} }, [['embeds', 'LIST_TYPE_CONVERT']]],
    ['with eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, [['embeds', 'BASE_TYPE_MAX_LENGTH']]],
    ['with a long title', { embeds: [{ title: long(257) }] }, [['embeds.0.title', 'BASE_TYPE_MAX_LENGTH']]],
    ['with a field that has no value', { embeds: [{ fields: [{ name: 'a' }] }] }, [['embeds.0.fields.0.value', 'BASE_TYPE_REQUIRED']]],
    ['with a blank field', { embeds: [{ fields: [{ name: ' ', value: 'x' }] }] }, [['embeds.0.fields.0.name', 'BASE_TYPE_REQUIRED']]],
    ['whose embeds come to more than 6,000', { embeds: [{ description: long(4000) }, { description: long(2001) }] }, [['embeds', 'MAX_EMBED_SIZE_EXCEEDED']]],
    ['with a picture from nowhere', { embeds: [{ image: { url: 'ftp://x/y.png' } }] }, [['embeds.0.image.url', 'URL_TYPE_INVALID_SCHEME']]],
    ['with a colour beyond white', { embeds: [{ title: 'x', color: 0x1000000 }] }, [['embeds.0.color', 'NUMBER_TYPE_MAX']]],
    ['with two buttons of one custom id', { content: 'x', components: [row(button('a'), button('a'))] }, [['components.0.components.1.custom_id', 'COMPONENT_CUSTOM_ID_DUPLICATED']]],
    ['with a button that has no custom id', { content: 'x', components: [row({ type: 2, style: 1, label: 'x' })] }, [['components.0.components.0.custom_id', 'BASE_TYPE_REQUIRED']]],
    ['with six buttons in a row', { content: 'x', components: [row(...[1, 2, 3, 4, 5, 6].map((n) => button(`${n}`)))] }, [['components.0.components', 'BASE_TYPE_MAX_LENGTH']]],
    ['with six rows', { content: 'x', components: [1, 2, 3, 4, 5, 6].map((n) => row(button(`${n}`))) }, [['components', 'BASE_TYPE_BAD_LENGTH']]],
    ['with a menu beside a button', { content: 'x', components: [row(button('a'), { type: 5, custom_id: 'b' })] }, [['components.0', 'COMPONENT_LAYOUT_WIDTH_EXCEEDED']]],
    ['with a button that says nothing', { content: 'x', components: [row({ type: 2, style: 1, custom_id: 'a' })] }, [['components.0.components.0', 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED']]],
    ['with new components and no flag that says so', { content: 'x', components: [{ type: 10, content: 'x' }] }, [['components.0.type', 'UNION_TYPE_CHOICES']]],
    ['with new components and an old content', { content: 'x', flags: 1 << 15, components: [{ type: 10, content: 'x' }] }, [['content', 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2']]],
    ['with a custom id over 100', { content: 'x', components: [row(button(long(101)))] }, [['components.0.components.0.custom_id', 'BASE_TYPE_MAX_LENGTH']]],
    ['with a nonce over 25', { content: 'x', nonce: long(26) }, [['nonce', 'BASE_TYPE_MAX_LENGTH']]],
    ['that enforces a nonce it lacks', { content: 'x', enforce_nonce: true }, [['nonce', 'BASE_TYPE_REQUIRED']]],
    ['that allows mentions twice over', { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } }, [['allowed_mentions', 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE']]],
    ['that allows what cannot be mentioned', { content: 'x', allowed_mentions: { parse: ['all'] } }, [['allowed_mentions.parse.0', 'BASE_TYPE_CHOICES']]],
    ['that replies to nothing', { content: 'x', message_reference: { message_id: '1' } }, [['message_reference', 'REPLIES_UNKNOWN_MESSAGE']]],
    ['with alt text over 1,024', { content: 'x', attachments: [{ id: '0', description: long(1025) }] }, [['attachments.0.description', 'BASE_TYPE_MAX_LENGTH']]],
  ];
  it.each(cases)('%s', async (_, body, errors) => {
    const answer = await local.rest('POST', messages, body);
    expect(refusal(answer)).toEqual([400, 50035]);
    expect(trusted<{ message: string }>(answer.body).message).toBe('Invalid Form Body');
    expect(fieldErrors(trusted<{ errors: unknown }>(answer.body).errors)).toEqual(errors);
  });
});

describe('a command is refused with 50035', () => {
  const command = (changes: Record<string, unknown>) => ({ name: 'imagine', description: 'Paints', ...changes });
  const option = (changes: Record<string, unknown>) => ({ type: 3, name: 'prompt', description: 'What', ...changes });
  const choice = (name: string, value = name) => ({ name, value });
  const cases: readonly (readonly [what: string, body: Record<string, unknown>, errors: readonly FieldError[]])[] = [
    ['whose name is upper-case', command({ name: 'Imagine' }), [['0.name', 'APPLICATION_COMMAND_INVALID_NAME']]],
    ['whose name has a space', command({ name: 'imagine this' }), [['0.name', 'APPLICATION_COMMAND_INVALID_NAME']]],
    ['without a description', command({ description: '' }), [['0.description', 'BASE_TYPE_REQUIRED']]],
    ['whose option name is too long', command({ options: [option({ name: long(33) })] }), [['0.options.0.name', 'BASE_TYPE_MAX_LENGTH']]],
    ['with a required option after an optional one', command({ options: [option({}), option({ name: 'b', required: true })] }), [['0.options.1', 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID']]],
    ['with two options of one name', command({ options: [option({}), option({})] }), [['0.options.1.name', 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS']]],
    ['with choices and autocomplete', command({ options: [option({ autocomplete: true, choices: [choice('a')] })] }), [['0.options.0.choices', 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_INVALID']]],
    ['with 26 choices', command({ options: [option({ choices: Array.from({ length: 26 }, (_, n) => choice(`${n}`)) })] }), [['0.options.0.choices', 'BASE_TYPE_MAX_LENGTH']]],
    ['of more than 8,000 characters', command({ options: Array.from({ length: 25 }, (_, n) => option({ name: `o${n}`, choices: [1, 2, 3, 4].map((m) => choice(`${m}`, long(90) + m)) })) }), [['0', 'APPLICATION_COMMAND_TOO_LARGE']]],
    ['for messages that has options', { type: 3, name: 'Refine this', options: [option({})] }, [['0.options', 'APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED']]],
  ];
  it.each(cases)('%s', async (_, body, errors) => {
    const answer = await local.rest('PUT', commands, [body]);
    expect(refusal(answer)).toEqual([400, 50035]);
    expect(fieldErrors(trusted<{ errors: unknown }>(answer.body).errors)).toEqual(errors);
  });

  it('when another of the list has its name', async () => {
    const answer = await local.rest('PUT', commands, [command({}), command({ description: 'again' })]);
    expect(fieldErrors(trusted<{ errors: unknown }>(answer.body).errors)).toEqual([['1', 'APPLICATION_COMMANDS_DUPLICATE_NAME']]);
    expect((await local.rest('GET', commands)).body).toEqual([]);
  });
});

describe('refused by number', () => {
  it('401, code 0: a wrong token', async () => {
    const response = await fetch(`${local.discord.apiBase}/v10/users/@me`, { headers: { authorization: 'Bot wrong' } });
    expect([response.status, await response.json()]).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
  });
  it('404, code 0: no such route', async () => expect(refusal(await local.rest('GET', '/nothing/here'))).toEqual([404, 0]));
  it('50006: an empty message', async () => expect(refusal(await local.rest('POST', messages, { content: '  ' }))).toEqual([400, 50006]));
  it('50109: no JSON', async () => {
    const response = await fetch(`${local.discord.apiBase}/v10${messages}`, { method: 'POST', headers: { authorization: `Bot ${local.discord.token}`, 'content-type': 'application/json' }, body: '{' });
    expect([response.status, trusted<{ code: number }>(await response.json()).code]).toEqual([400, 50109]);
  });
  it('10003: an unknown channel', async () => expect(refusal(await local.rest('GET', '/channels/1'))).toEqual([404, 10003]));
  it('10008: an unknown message', async () => expect(refusal(await local.rest('PATCH', `${messages}/1`, { content: 'x' }))).toEqual([404, 10008]));
  it('10014: an unknown emoji', async () => {
    const { body } = await local.rest('POST', messages, { content: 'react to me' });
    const { id } = trusted<{ id: string }>(body);
    expect(refusal(await local.rest('PUT', `${messages}/${id}/reactions/nonsense/@me`))).toEqual([400, 10014]);
    expect((await local.rest('PUT', `${messages}/${id}/reactions/${encodeURIComponent('1️⃣')}/@me`)).status).toBe(204);
  });
  it('50001: a channel that the bot cannot see', async () => {
    const hidden = existing((await local.state(local.ada)).channels.find(({ name }) => name === 'admins'));
    expect(refusal(await local.rest('POST', `/channels/${hidden.id}/messages`, { content: 'x' }))).toEqual([403, 50001]);
    expect((await local.state(local.max)).channels.map(({ name }) => name)).not.toContain('admins');
  });
  it('50013: a channel where the bot may not write', async () =>
    expect(refusal(await local.rest('POST', `/channels/${local.channel('announcements').id}/messages`, { content: 'x' }))).toEqual([403, 50013]));
  it('50005: somebody else’s message', async () => {
    const { body } = await local.local(local.max, 'POST', messages, { content: 'mine' });
    expect(refusal(await local.rest('PATCH', `${messages}/${trusted<{ id: string }>(body).id}`, { content: 'x' }))).toEqual([403, 50005]);
  });
  it('50007: one who takes no direct messages', async () => {
    const opened = await local.rest('POST', '/users/@me/channels', { recipient_id: local.nora.id });
    expect(opened.status).toBe(200);
    const direct = `/channels/${trusted<{ id: string }>(opened.body).id}/messages`;
    expect(refusal(await local.rest('POST', direct, { content: 'x' }))).toEqual([403, 50007]);
    await local.local(local.nora, 'PATCH', '/me', { dmsClosed: false });
    expect((await local.rest('POST', direct, { content: 'x' })).status).toBe(200);
  });
  it('40005: a file over 10 MiB', async () => {
    const just = new File([new Uint8Array(10 * 1024 * 1024)], 'a.bin');
    const over = new File([new Uint8Array(10 * 1024 * 1024 + 1)], 'a.bin');
    expect((await local.rest('POST', messages, {}, [just])).status).toBe(200);
    expect(refusal(await local.rest('POST', messages, {}, [over]))).toEqual([413, 40005]);
  });
  it('50035: an id that is none', async () => expect(refusal(await local.rest('GET', '/channels/general'))).toEqual([400, 50035]));
});

it('a field that Discord does not know is ignored, and told to the developer', async () => {
  expect((await local.rest('POST', messages, { content: 'x', embed: { titel: 'x' } })).status).toBe(200);
  await local.rest('POST', messages, { embeds: [{ title: 'x', titel: 'x' }] });
  expect(local.notices).toEqual(['POST channels/messages: Discord knows no field embed and ignores it', 'POST channels/messages: Discord knows no field embeds.n.titel and ignores it']);
});
