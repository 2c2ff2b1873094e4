import type { APIApplicationCommand, RESTPutAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { imagineCommand } from '../../../bot/commands/imagine-command.ts';
import { allCommands, registerCommands } from '../../../bot/commands/register-commands.ts';
import { COUNT, GUIDANCE, MAX_PROMPT_LENGTH, SEED, STEPS } from '../../../core/limits.ts';
import { DEMO, SDXL } from '../../../core/model.ts';
import { violations } from '../discord-rules.ts';

type Definition = RESTPutAPIApplicationCommandsJSONBody[number];

/** As Discord gives a command back: with ids, defaults filled in, keys in its own order, and `false` left out. */
function asStored(command: Definition): APIApplicationCommand {
  const filled = {
    id: '1',
    application_id: '2',
    version: '3',
    default_member_permissions: null,
    nsfw: false,
    dm_permission: true,
    name_localizations: null,
    description_localizations: null,
    ...structuredClone(command),
  };
  const turned = Object.fromEntries(Object.entries(filled).toReversed());
  return JSON.parse(JSON.stringify(turned, (key, value: unknown) => (key === 'required' && value === false ? undefined : value)));
}

function discordWith(present: readonly APIApplicationCommand[]) {
  const puts: Definition[][] = [];
  return { puts, commands: async () => present, putCommands: async (_: string, commands: Definition[]) => void puts.push(commands) };
}

describe('registering', () => {
  const ours = allCommands(DEMO);

  test('puts all commands in one request when there are none', async () => {
    const discord = discordWith([]);
    expect(await registerCommands(discord, '2', ours)).toBe('registered');
    expect(discord.puts).toEqual([ours]);
  });
  test('puts nothing when Discord has them, in whatever order and form', async () => {
    const discord = discordWith(ours.map(asStored).toReversed());
    expect(await registerCommands(discord, '2', ours)).toBe('unchanged');
    expect(discord.puts).toEqual([]);
  });
  test.each([
    ['a description', (c: APIApplicationCommand) => ({ ...c, description: 'old' })],
    ['an option’s limit', (c: APIApplicationCommand) => JSON.parse(JSON.stringify(c).replace('"max_value":80', '"max_value":50'))],
    ['a choice', (c: APIApplicationCommand) => JSON.parse(JSON.stringify(c).replace('"Square 1:1"', '"Square"'))],
    ['the order of options', (c: APIApplicationCommand) => ({ ...c, options: c.options?.toReversed() ?? [] })],
    ['where it may be used', (c: APIApplicationCommand) => ({ ...c, contexts: [0] })],
    ['who may use it', (c: APIApplicationCommand) => ({ ...c, default_member_permissions: '32' })],
  ])('puts them again when %s differs', async (_, change) => {
    const stored = ours.map(asStored).map((command) => (command.name === 'imagine' ? change(command) : command));
    expect(await registerCommands(discordWith(stored), '2', ours)).toBe('registered');
  });
  test('puts them again when a command of ours is missing or one is left over', async () => {
    const stored = ours.map(asStored);
    expect(await registerCommands(discordWith(stored.slice(1)), '2', ours)).toBe('registered');
    expect(await registerCommands(discordWith([...stored, { ...asStored(imagineCommand(DEMO)), name: 'old' }]), '2', ours)).toBe('registered');
  });
});

test('every definition is one that Discord takes', () => {
  for (const model of [DEMO, SDXL]) {
    for (const command of allCommands(model)) {
      // The documentation has a string of bits for the permissions, the schema a number; Discord takes both.
      const bits = command.default_member_permissions;
      expect(violations('ApplicationCommandUpdateRequestSchema', { ...command, ...(bits && { default_member_permissions: Number(bits) }) })).toEqual([]);
      expect(command.name).toMatch((command.type ?? 1) === 1 ? /^[a-z]{1,32}$/ : /^[A-Z][a-z ]{1,31}$/);
    }
  }
});

test('/imagine declares the limits that the job parser enforces', () => {
  const options = Object.fromEntries((imagineCommand(DEMO).options ?? []).map((option) => [option.name, option]));
  expect(options.prompt).toMatchObject({ required: true, max_length: MAX_PROMPT_LENGTH });
  expect(options.negative).toMatchObject({ max_length: MAX_PROMPT_LENGTH });
  for (const [name, { min, max }] of Object.entries({ steps: STEPS, guidance: GUIDANCE, seed: SEED, count: COUNT })) {
    expect(options[name]).toMatchObject({ min_value: min, max_value: max });
  }
});
