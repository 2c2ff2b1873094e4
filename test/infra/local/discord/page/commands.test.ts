import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { leavesOf, searchLeaves } from '../../../../../infra/local/discord/page/composer/commands.ts';
import type { Leaf } from '../../../../../infra/local/discord/page/composer/commands.ts';
import { addOption, changeField, finishDraft, giveFile, remainingOptions, startDraft } from '../../../../../infra/local/discord/page/composer/draft.ts';
import type { Draft } from '../../../../../infra/local/discord/page/composer/draft.ts';
import { readTypedCommand } from '../../../../../infra/local/discord/page/composer/typed-command.ts';
import type { LocalCommand } from '../../../../../infra/local/discord/page-protocol.ts';

const base = { application_id: '1', version: '1', default_member_permissions: null, type: ApplicationCommandType.ChatInput } as const;
const commands: readonly LocalCommand[] = [
  {
    ...base,
    id: '10',
    name: 'imagine',
    description: 'Paints',
    options: [
      { type: ApplicationCommandOptionType.String, name: 'prompt', description: 'What', required: true, max_length: 20 },
      { type: ApplicationCommandOptionType.Integer, name: 'steps', description: 'How many', min_value: 1, max_value: 50 },
      { type: ApplicationCommandOptionType.String, name: 'aspect', description: 'Shape', choices: [{ name: 'Wide 16:9', value: 'wide' }] },
      { type: ApplicationCommandOptionType.Boolean, name: 'private', description: 'For me' },
      { type: ApplicationCommandOptionType.User, name: 'who', description: 'For whom' },
      { type: ApplicationCommandOptionType.Attachment, name: 'image', description: 'From' },
    ],
  },
  {
    ...base,
    id: '11',
    name: 'quota',
    description: 'Credits',
    options: [
      { type: ApplicationCommandOptionType.Subcommand, name: 'show', description: 'What is left' },
      { type: ApplicationCommandOptionType.SubcommandGroup, name: 'rules', description: 'Rules', options: [{ type: ApplicationCommandOptionType.Subcommand, name: 'add', description: 'Add one' }] },
    ],
  },
  { ...base, id: '12', name: 'Refine', description: '', type: ApplicationCommandType.Message },
];
const leaves = leavesOf(commands);

function leaf(name: string): Leaf {
  const found = leaves.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no command ${name}`);
  return found;
}

function filled(texts: Readonly<Record<string, string>>): Draft {
  return startDraft(leaf('imagine'), texts);
}

describe('what can be typed after a slash', () => {
  it('lists commands and subcommands, and no command of the context menu', () => {
    expect(leaves.map(({ name }) => name)).toEqual(['imagine', 'quota rules add', 'quota show']);
    expect(leaf('quota rules add').path).toEqual(['rules', 'add']);
  });

  it('finds those that begin with the text before those that hold it', () => {
    expect(searchLeaves(leaves, 'q').map(({ name }) => name)).toEqual(['quota rules add', 'quota show']);
    expect(searchLeaves(leaves, 'show').map(({ name }) => name)).toEqual(['quota show']);
    expect(searchLeaves(leaves, 'none')).toEqual([]);
  });
});

describe('a command typed as text', () => {
  it.each([
    ['/imagine a red house', { prompt: 'a red house' }],
    ['/imagine ', {}],
    ['/imagine prompt: a house steps:20', { prompt: 'a house', steps: '20' }],
    ['/imagine a house at 16:9 aspect:Wide 16:9', { prompt: 'a house at 16:9', aspect: 'Wide 16:9' }],
    ['/imagine a unicorn called oneprompt:x', { prompt: 'a unicorn called oneprompt:x' }],
  ])('%j fills %j', (text, texts) => {
    const typed = readTypedCommand(text, leaves);
    expect(typed?.leaf.name).toBe('imagine');
    expect(Object.fromEntries(Object.entries(typed?.texts ?? {}).map(([name, value]) => [name, value.trim()]))).toEqual(texts);
  });

  it.each(['imagine a', '/imagine', '/imagined a', '/nothing a', ' /imagine a'])('%j is none', (text) => {
    expect(readTypedCommand(text, leaves)).toBeUndefined();
  });
});

describe('a draft', () => {
  it('begins with the required options and offers the others', () => {
    const draft = filled({});
    expect(draft.fields.map(({ option }) => option.name)).toEqual(['prompt']);
    expect(remainingOptions(draft).map(({ name }) => name)).toEqual(['steps', 'aspect', 'private', 'who', 'image']);
  });

  it('sends what was typed as the types that the options have', () => {
    const finished = finishDraft(filled({ prompt: ' a house ', steps: '20', aspect: 'wide 16:9', private: 'TRUE', who: '<@123456789012345678>' }));
    expect(finished).toEqual({
      kind: 'ready',
      files: [],
      options: [
        { name: 'prompt', value: 'a house' },
        { name: 'steps', value: 20 },
        { name: 'aspect', value: 'wide' },
        { name: 'private', value: true },
        { name: 'who', value: '123456789012345678' },
      ],
    });
  });

  it.each([
    [{}, 'prompt', 'required'],
    [{ prompt: 'x'.repeat(21) }, 'prompt', 'At most 20'],
    [{ prompt: 'x', steps: '51' }, 'steps', '1–50'],
    [{ prompt: 'x', steps: '2.5' }, 'steps', 'whole number'],
    [{ prompt: 'x', steps: 'many' }, 'steps', 'a number'],
    [{ prompt: 'x', aspect: 'round' }, 'aspect', 'choices'],
    [{ prompt: 'x', private: 'perhaps' }, 'private', 'True or False'],
    [{ prompt: 'x', who: 'Ada' }, 'who', 'from the list'],
  ])('%j is held back: %s, %s', (texts, name, words) => {
    const finished = finishDraft(filled(texts));
    expect(finished.kind === 'problems' ? finished.problems[name] : '').toContain(words);
  });

  it('leaves out an optional option that is empty, and sends the value behind what was picked', () => {
    const [steps, aspect] = remainingOptions(filled({}));
    if (steps === undefined || aspect === undefined) throw new Error('no such options');
    const draft = changeField(addOption(addOption(filled({ prompt: 'x' }), steps), aspect), 'aspect', { text: 'Anything', picked: 'wide' });
    expect(finishDraft(draft)).toMatchObject({ options: [{ name: 'prompt' }, { name: 'aspect', value: 'wide' }] });
  });

  it('gives a dropped file to the attachment option, once', () => {
    const file = new File(['x'], 'x.png');
    const given = giveFile(filled({ prompt: 'x' }), file);
    expect(given?.name).toBe('image');
    expect(given && finishDraft(given.draft)).toMatchObject({ kind: 'ready', files: [file], options: [{ name: 'prompt' }, { name: 'image', value: 0 }] });
    expect(given && giveFile(given.draft, file)).toBeUndefined();
  });
});
