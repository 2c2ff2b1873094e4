import { describe, expect, test } from 'vitest';
import { parseInteraction } from '../../../bot/interactions/parse-interaction.ts';
import { commandInteraction, messageCommandInteraction, modalInteraction, pressInteraction, seenMessage } from './example-interaction.ts';

const parsedNow = (raw: unknown) => parseInteraction(raw, 1);
const withData = (raw: Record<string, unknown>, data: object) => ({ ...raw, data: { ...(raw['data'] as object), ...data } });

describe('every interaction', () => {
  test('says who asks, where, and with which rights, roles and language', () => {
    const raw = commandInteraction({ userId: '1', channelType: 11 });
    const parsed = parsedNow({ ...raw, locale: 'de', member: { user: { id: '1' }, permissions: '2048', roles: ['7', '8'] } });
    expect(parsed).toMatchObject({ userId: '1', guildId: '300000000000000001', channelId: '400000000000000001', inThread: true, memberPermissions: 2048n, memberRoleIds: ['7', '8'], locale: 'de', receivedAt: 1 });
  });
  test('in direct messages has neither permissions nor roles', () => {
    expect(parsedNow(commandInteraction({ guildId: null }))).toMatchObject({ guildId: null, botPermissions: undefined, memberPermissions: undefined, memberRoleIds: [] });
  });
});

describe('a slash command', () => {
  test.each([
    ['plain', [{ name: 'seed', type: 4, value: 7 }], []],
    ['with a subcommand', [{ name: 'set', type: 1, options: [{ name: 'seed', type: 4, value: 7 }] }], ['set']],
    ['with a group', [{ name: 'rules', type: 2, options: [{ name: 'add', type: 1, options: [{ name: 'seed', type: 4, value: 7 }] }] }], ['rules', 'add']],
  ])('%s has its path and its options', (_, options, subcommand) => {
    const parsed = parsedNow(withData(commandInteraction(), { options }));
    expect(parsed).toMatchObject({ kind: 'command', name: 'imagine', subcommand });
    expect('options' in parsed && parsed.options).toEqual(new Map([['seed', 7]]));
  });
  test('of a subcommand without options has none', () => {
    const parsed = parsedNow(withData(commandInteraction(), { options: [{ name: 'show', type: 1 }] }));
    expect(parsed).toMatchObject({ subcommand: ['show'], options: new Map() });
  });
  test('has what its ids stand for', () => {
    const file = { id: '9', filename: 'cat.png', content_type: 'image/png', size: 10, url: 'https://cdn.discordapp.com/cat.png', width: 5, height: 6, ephemeral: true };
    const resolved = { users: { '5': { id: '5', username: 'x' } }, members: { '5': { roles: ['6'], permissions: '0' } }, roles: { '6': { id: '6', name: 'r' } }, attachments: { '9': file } };
    const parsed = parsedNow(withData(commandInteraction(), { resolved }));
    expect('resolved' in parsed && parsed.resolved).toEqual({
      users: new Map([['5', { id: '5', bot: false }]]),
      members: new Map([['5', { roleIds: ['6'] }]]),
      roles: new Map([['6', { id: '6', name: 'r' }]]),
      attachments: new Map([['9', { id: '9', filename: 'cat.png', contentType: 'image/png', bytes: 10, url: file.url, width: 5, height: 6 }]]),
      channels: new Map(),
    });
  });
  test('being typed has the option under the cursor apart from the others', () => {
    const options = [{ name: 'prompt', type: 3, value: 'a cat' }, { name: 'style', type: 3, value: 'wat', focused: true }];
    const parsed = parsedNow({ ...withData(commandInteraction(), { options }), type: 4 });
    expect(parsed).toMatchObject({ kind: 'autocomplete', focused: { name: 'style', value: 'wat' }, options: new Map([['prompt', 'a cat']]) });
  });
});

test('a button pressed, a menu picked from, a message command and a modal carry their own', () => {
  const message = seenMessage('77', ['refinery-1-1.png']);
  const seen = { id: '77', authorId: '500000000000000001', attachments: [{ filename: 'refinery-1-1.png', bytes: 3 }] };
  expect(parsedNow(pressInteraction('x', message))).toMatchObject({ kind: 'component', customId: 'x', values: [], message: seen });
  expect(parsedNow(withData(pressInteraction('x', message), { component_type: 3, values: ['a'] }))).toMatchObject({ values: ['a'] });
  expect(parsedNow(messageCommandInteraction('Refine', message))).toMatchObject({ kind: 'message-command', name: 'Refine', message: seen });
  const modal = modalInteraction('m', { prompt: 'a cat', seed: '' });
  expect(parsedNow(modal)).toMatchObject({ kind: 'modal', customId: 'm', fields: new Map([['prompt', 'a cat'], ['seed', '']]), message: undefined });
  const inRows = withData(modal, { components: [{ type: 1, components: [{ type: 4, custom_id: 'a', value: 'b' }] }, { type: 18, component: { type: 3, custom_id: 'c', values: ['d'] } }] });
  expect(parsedNow(inRows)).toMatchObject({ fields: new Map([['a', 'b']]), choices: new Map([['c', ['d']]]) });
});

test.each([
  [{ ...pressInteraction('x', seenMessage('77')), message: undefined }, 'message'],
  [{ ...modalInteraction('m', {}), data: {} }, 'data.custom_id'],
  [{ ...commandInteraction(), type: 9 }, 'type'],
  [{ ...commandInteraction(), type: 4 }, 'data.options'],
])('what does not fit is named, and never quoted: %#', (raw, field) => expect(parsedNow(raw)).toEqual({ kind: 'unreadable', field }));
