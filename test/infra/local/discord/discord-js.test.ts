import { ButtonStyle, Client, ComponentType, Events, GatewayIntentBits, MessageFlags } from 'discord.js';
import type { Interaction } from 'discord.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existing, listening, started } from './started.ts';
import type { Started } from './started.ts';

const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMessageReactions, GatewayIntentBits.DirectMessages];

let local: Started;
let client: Client;
let onInteraction: (interaction: Interaction) => Promise<void>;

beforeAll(async () => {
  local = await started();
  client = new Client({ intents: INTENTS, rest: { api: local.discord.apiBase } });
  client.on(Events.InteractionCreate, (interaction) => void onInteraction(interaction));
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(local.discord.token);
  await ready;
  await client.application?.commands.set([
    {
      name: 'imagine',
      description: 'Paints a picture',
      options: [
        { type: 3, name: 'prompt', description: 'What to paint', required: true },
        { type: 3, name: 'style', description: 'A style', autocomplete: true },
        { type: 4, name: 'steps', description: 'How many', minValue: 1, maxValue: 50 },
      ],
    },
  ]);
});

afterAll(async () => {
  await client.destroy();
  await local.stop();
});

const imagine = async () => existing((await local.state(local.max)).commands.find(({ name }) => name === 'imagine'));
const picture = () => sharp({ create: { width: 24, height: 16, channels: 3, background: '#a33' } }).png().toBuffer();

describe('discord.js, unmodified', () => {
  it('logs in and sees the guild with the channels that it may see', () => {
    const guild = existing(client.guilds.cache.first());
    expect(client.user?.username).toBe('refinery');
    expect(guild.name).toBe('Refinery');
    expect(guild.channels.cache.map(({ name }) => name).toSorted()).toEqual(['announcements', 'general', 'imagine']);
    expect(guild.members.me?.permissions.has('SendMessages')).toBe(true);
  });

  it('defers an interaction, edits its reply with a picture and is told of the reaction on it', async () => {
    const channel = local.channel('imagine');
    const page = await listening(local.discord, local.max);
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply({
        content: `for ${interaction.user.username}: ${interaction.options.getString('prompt', true)} in ${interaction.options.getInteger('steps') ?? 30} steps`,
        files: [{ attachment: await picture(), name: 'house.png', description: 'a red house' }],
        components: [{ type: ComponentType.ActionRow, components: [{ type: ComponentType.Button, style: ButtonStyle.Primary, label: 'Again', customId: 'again:1' }] }],
      });
      await (await interaction.fetchReply()).react('✨');
    };
    const reacted = new Promise<readonly [emoji: string | null, userId: string, messageId: string]>((resolve) =>
      client.on(Events.MessageReactionAdd, (reaction, user) => {
        if (user.id === local.max.id) resolve([reaction.emoji.name, user.id, reaction.message.id]);
      }),
    );

    const outcome = await local.interact(local.max, { kind: 'command', channelId: channel.id, commandId: (await imagine()).id, options: [{ name: 'prompt', value: 'a red house' }, { name: 'steps', value: 12 }] });
    if (outcome.outcome !== 'answered' || outcome.messageId === null) throw new Error(JSON.stringify(outcome));
    const { messageId } = outcome;

    const thinking = await page.until((event) => event.type === 'message:created' && event.message.id === messageId);
    expect(thinking).toMatchObject({ message: { flags: MessageFlags.Loading, content: '', interaction: { name: 'imagine' } } });
    await page.until((event) => event.type === 'reactions:changed' && event.reactions.some(({ emoji, me }) => emoji.name === '✨' && !me));
    const [message] = await local.messages(local.max, channel);
    expect(message).toMatchObject({ id: messageId, content: 'for max: a red house in 12 steps', flags: 0, attachments: [{ filename: 'house.png', description: 'a red house', content_type: 'image/png', width: 24, height: 16 }] });
    const file = await fetch(existing(message?.attachments[0]).url);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(await picture());

    await local.local(local.max, 'PUT', `/channels/${channel.id}/messages/${messageId}/reactions/${encodeURIComponent('✨')}`);
    expect(await reacted).toEqual(['✨', local.max.id, messageId]);
    page.close();
  });

  it('updates a message from its button, and answers the presser alone', async () => {
    const channel = local.channel('imagine');
    onInteraction = async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.update({ content: `pressed ${interaction.customId}`, components: [] });
      await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral });
    };
    const [message] = await local.messages(local.max, channel);
    const page = await listening(local.discord, local.max);
    const other = await listening(local.discord, local.ada);
    const outcome = await local.interact(local.max, { kind: 'component', channelId: channel.id, messageId: existing(message).id, customId: 'again:1' });
    expect(outcome).toMatchObject({ outcome: 'answered', messageId: existing(message).id });
    await page.until((event) => event.type === 'message:created' && event.message.content === 'only you');
    await other.until((event) => event.type === 'message:updated' && event.message.content === 'pressed again:1');
    expect(other.events.some(({ type }) => type === 'message:created')).toBe(false);
    expect((await local.messages(local.ada, channel)).map(({ content }) => content)).not.toContain('only you');
    page.close();
    other.close();
  });

  it('completes an option, and opens a modal whose fields come back', async () => {
    const channel = local.channel('imagine');
    onInteraction = async (interaction) => {
      if (interaction.isAutocomplete()) await interaction.respond([{ name: `${interaction.options.getFocused()}colour`, value: 'watercolour' }]);
      if (interaction.isChatInputCommand()) {
        await interaction.showModal({ customId: 'edit', title: 'Edit', components: [{ type: ComponentType.ActionRow, components: [{ type: ComponentType.TextInput, customId: 'prompt', label: 'Prompt', style: 2, maxLength: 20 }] }] });
      }
      if (interaction.isModalSubmit()) await interaction.reply({ content: interaction.fields.getTextInputValue('prompt') });
    };
    const command = { channelId: channel.id, commandId: (await imagine()).id };
    expect(await local.interact(local.max, { kind: 'autocomplete', ...command, focused: 'style', options: [{ name: 'style', value: 'water' }] })).toMatchObject({
      outcome: 'choices',
      choices: [{ name: 'watercolour', value: 'watercolour' }],
    });
    const opened = await local.interact(local.max, { kind: 'command', ...command, options: [{ name: 'prompt', value: 'x' }] });
    expect(opened).toMatchObject({ outcome: 'modal', modal: { title: 'Edit' } });
    const tooLong = await local.local(local.max, 'POST', '/interactions', { kind: 'modal', interactionId: opened.interactionId, fields: { prompt: 'x'.repeat(21) } });
    expect([tooLong.status, tooLong.body]).toMatchObject([400, { error: { code: 'invalid-option', field: 'prompt' } }]);
    expect(await local.interact(local.max, { kind: 'modal', interactionId: opened.interactionId, fields: { prompt: 'a blue house' } })).toMatchObject({ outcome: 'answered' });
    expect((await local.messages(local.max, channel))[0]?.content).toBe('a blue house');
  });

  it('resumes after its connection is cut and hears what it missed', async () => {
    const heard: string[] = [];
    onInteraction = async (interaction) => {
      if (interaction.isChatInputCommand()) heard.push(interaction.options.getString('prompt', true));
      if (interaction.isChatInputCommand()) await interaction.reply('here');
    };
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    local.discord.dropGateway();
    // While it is away a message comes; the client reads of it after resuming.
    const heardMessage = new Promise<string>((resolve) => client.once(Events.MessageCreate, (message) => resolve(message.author.username)));
    await local.local(local.ada, 'POST', `/channels/${local.channel('general').id}/messages`, { content: 'are you there?' });
    await resumed;
    expect(await heardMessage).toBe('ada');
    await local.interact(local.max, { kind: 'command', channelId: local.channel('imagine').id, commandId: (await imagine()).id, options: [{ name: 'prompt', value: 'again' }] });
    expect(heard).toEqual(['again']);
  });

  it('finds members, roles, messages and its application, and writes to a person', async () => {
    const guild = existing(client.guilds.cache.first());
    expect((await guild.members.fetch(local.ada.id)).permissions.has('Administrator')).toBe(true);
    expect((await guild.roles.fetch()).map(({ name }) => name).toSorted()).toEqual(['@everyone', 'Admin', 'Refinery']);
    expect((await client.application?.fetch())?.owner?.id).toBe(local.ada.id);
    const direct = await (await client.users.fetch(local.max.id)).send('your picture is ready');
    expect([direct.channel.isDMBased(), direct.guildId]).toEqual([true, null]);
    await expect(client.users.send(local.nora.id, 'hello')).rejects.toMatchObject({ code: 50007 });
    const channel = await client.channels.fetch(local.channel('imagine').id);
    if (channel?.isSendable() !== true) throw new Error('the channel is for text');
    const posted = await channel.send({ content: 'one', nonce: 'abc', enforceNonce: true, allowedMentions: { parse: [] } });
    const reply = await posted.reply('two');
    expect((await reply.fetchReference()).id).toBe(posted.id);
    expect((await channel.messages.fetch({ limit: 2 })).map(({ content }) => content)).toEqual(['two', 'one']);
    await posted.delete();
    await expect(channel.messages.fetch(posted.id)).rejects.toMatchObject({ code: 10008, status: 404 });
  });

  it('sent nothing that Discord would have ignored', () => {
    expect(local.notices).toEqual([]);
  });
});
