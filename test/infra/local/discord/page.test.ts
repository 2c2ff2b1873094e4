/** The page in a real browser, with discord.js as the bot: CHROMIUM_PATH or /usr/bin/chromium. */
import { existsSync } from 'node:fs';
import { ButtonStyle, Client, ComponentType, Events, GatewayIntentBits, MessageFlags, TextInputStyle } from 'discord.js';
import type { Interaction, Message, MessageReaction, PartialMessageReaction } from 'discord.js';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existing, started } from './started.ts';
import type { Started } from './started.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const absent = !existsSync(executablePath);
if (absent) console.warn(`NOT RUN: the page's browser test. There is no Chromium at ${executablePath}; install Debian's chromium or set CHROMIUM_PATH.`);

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Long enough for a busy machine; nothing here waits for it in the good case. */
const PATIENCE_MS = 8_000;

describe.skipIf(absent)(`the page${absent ? ` (not run: no Chromium at ${executablePath})` : ''}`, () => {
  let local: Started;
  let client: Client;
  let browser: Browser;
  let onInteraction: (interaction: Interaction) => Promise<unknown> = () => Promise.resolve();
  let onReaction: (reaction: MessageReaction | PartialMessageReaction) => void = () => {};
  const complaints: string[] = [];
  const elsewhere: string[] = [];

  beforeAll(async () => {
    // 1 second instead of Discord's 3, so that an answer that never comes is not waited for long.
    [local, browser] = await Promise.all([started({ answerWithinMs: 1_000 }), chromium.launch({ executablePath, args: FLAGS })]);
    client = new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMessageReactions], rest: { api: local.discord.apiBase } });
    client.on(Events.InteractionCreate, (interaction) => void onInteraction(interaction));
    client.on(Events.MessageReactionAdd, (reaction, user) => user.id !== client.user?.id && onReaction(reaction));
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(local.discord.token);
    await ready;
    await client.application?.commands.set([
      {
        name: 'imagine',
        description: 'Paints a picture',
        options: [
          { type: 3, name: 'prompt', description: 'What it shows', required: true },
          { type: 4, name: 'steps', description: 'How many', minValue: 1, maxValue: 50 },
          { type: 3, name: 'aspect', description: 'Its shape', choices: [{ name: 'Square 1:1', value: 'square' }, { name: 'Wide 16:9', value: 'wide' }] },
          { type: 3, name: 'style', description: 'A style', autocomplete: true },
          { type: 11, name: 'image', description: 'To start from' },
        ],
      },
      { name: 'help', description: 'Says how' },
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await client?.destroy();
    await local?.stop();
  });

  /** Opens the page as a person, in a window of its own. */
  async function open(name: 'ada' | 'max', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark', ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => /^(data|blob):/.test(request.url()) || request.url().startsWith(local.discord.url) || elsewhere.push(request.url()));
    await page.goto(`${local.discord.url}/?user=${local[name].id}`);
    await page.locator('[data-composer]').waitFor();
    return page;
  }

  /** Posts as the bot to #imagine. */
  async function post(message: Parameters<Extract<Message['channel'], { send: unknown }>['send']>[0]): Promise<Message> {
    const channel = await client.channels.fetch(local.channel('imagine').id);
    if (channel === null || !channel.isSendable()) throw new Error('#imagine is gone');
    return channel.send(message);
  }

  const item = (page: Page, { id }: { readonly id: string }): Locator => page.locator(`#message-${id}`);
  const composer = (page: Page): Locator => page.locator('[data-composer]');
  const picture = (hue: string, width = 64, height = 64): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: hue } }).png().toBuffer();

  it('completes a slash command by keyboard alone, and sends what was filled in', async () => {
    const page = await open('max');
    const got = new Promise((resolve) => {
      onInteraction = async (interaction) => {
        if (interaction.isAutocomplete()) return interaction.respond(['oil', 'ink'].filter((name) => name.startsWith(interaction.options.getFocused())).map((name) => ({ name: `In ${name}`, value: name })));
        if (!interaction.isChatInputCommand()) return;
        resolve(interaction.options.data.map(({ name, value }) => [name, value]));
        return interaction.reply({ content: 'Done.', flags: MessageFlags.Ephemeral });
      };
    });
    await page.keyboard.type('/');
    await page.getByRole('option').nth(1).waitFor();
    expect(await page.getByRole('option').allInnerTexts()).toEqual([expect.stringMatching(/^\/help\s+Says how$/), expect.stringMatching(/^\/imagine\s+Paints a picture$/)]);
    await page.keyboard.type('ima');
    await page.keyboard.press('Tab');
    await page.keyboard.type('a red house');
    // The optional ones: arrows choose, Enter adds; a typed name and a colon add too.
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Square 1:1' }).waitFor();
    await page.keyboard.type('wid');
    await page.keyboard.press('Enter');
    await page.keyboard.type('st');
    await page.getByRole('option', { name: /^steps/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('99');
    await page.keyboard.press('Enter');
    await page.getByText('This must be 1–50.').waitFor();
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Tab');
    await page.keyboard.type('style');
    await page.keyboard.press('Tab');
    await page.keyboard.type('i');
    await page.getByRole('option', { name: 'In ink' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await got).toEqual([['prompt', 'a red house'], ['steps', 9], ['aspect', 'wide'], ['style', 'ink']]);
    await page.locator('.content').getByText('Done.').waitFor();
    expect(await composer(page).inputValue()).toBe('');
    await page.close();
  });

  it('takes a command typed as plain text, shows its card and every edit of it', async () => {
    const page = await open('max');
    let next: () => void = () => {};
    const step = () => new Promise<void>((resolve) => (next = resolve));
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await step();
      await interaction.editReply({ embeds: [{ title: 'Painting', description: interaction.options.getString('prompt', true), color: 0xe0a53c, fields: [{ name: 'Step', value: '3 of 30' }] }], files: [{ attachment: await picture('#884'), name: 'preview.png', description: 'unfinished' }] });
      await step();
      await interaction.editReply({ embeds: [{ description: 'Finished' }], attachments: [], files: await Promise.all(['#a33', '#33a'].map(async (hue, n) => ({ attachment: await picture(hue), name: `${n}.png`, description: `house ${n + 1}` }))) });
    };
    await page.keyboard.type('/imagine a red house under a yellow sun');
    await page.keyboard.press('Enter');
    const card = page.locator('[data-message]').last();
    await card.getByText('Refinery is thinking…').waitFor();
    expect(await card.locator('.origin').innerText()).toMatch(/Max\s+used\s+\/imagine/);
    next();
    await card.getByText('3 of 30').waitFor();
    await card.getByText('a red house under a yellow sun').waitFor();
    await card.getByRole('img', { name: 'unfinished' }).waitFor();
    next();
    await card.getByRole('img', { name: 'house 2' }).waitFor();
    expect(await card.locator('.gallery img').count()).toBe(2);
    await page.waitForFunction(`document.querySelector('.gallery img').naturalWidth === 64`);

    // The lightbox: arrows go round, Esc closes, the focus goes back.
    await card.getByRole('button', { name: 'Enlarge: house 1' }).press('Enter');
    const box = page.getByRole('dialog');
    await box.getByRole('img', { name: 'house 1' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await box.getByRole('img', { name: 'house 2' }).waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Enlarge: house 1');
    await page.close();
  });

  it('adds and takes back reactions', async () => {
    const page = await open('max');
    const message = await post('React to me');
    await message.react('✨');
    const got = new Promise((resolve) => (onReaction = ({ emoji, message: { id } }) => resolve([emoji.name, id])));
    const sparkles = item(page, message).getByRole('button', { name: /^sparkles/ });
    await sparkles.waitFor();
    expect(await sparkles.getAttribute('aria-pressed')).toBe('false');
    await sparkles.click();
    expect(await got).toEqual(['✨', message.id]);
    await item(page, message).getByRole('button', { name: 'sparkles, 2 reactions', pressed: true }).waitFor();
    await sparkles.click();
    await item(page, message).getByRole('button', { name: 'sparkles, 1 reaction', pressed: false }).waitFor();
    // Another one, from the picker, by keyboard.
    await item(page, message).getByRole('button', { name: 'Add a reaction' }).first().press('Enter');
    await page.keyboard.type('art');
    await page.keyboard.press('Enter');
    await item(page, message).getByRole('button', { name: 'art, 1 reaction', pressed: true }).waitFor();
    await page.close();
  });

  it('presses buttons, picks from menus, fills in modals, and says so when the bot stays silent', async () => {
    const page = await open('max');
    const button = (customId: string, style: ButtonStyle.Primary | ButtonStyle.Secondary = ButtonStyle.Secondary) => ({ type: ComponentType.Button, style, label: customId, customId }) as const;
    const message = await post({
      content: 'Press me',
      components: [
        { type: ComponentType.ActionRow, components: [button('press', ButtonStyle.Primary), button('silent'), button('modal')] },
        { type: ComponentType.ActionRow, components: [{ type: ComponentType.StringSelect, customId: 'menu', placeholder: 'Pick one', options: [{ label: 'Oil', value: 'oil' }, { label: 'Ink', value: 'ink' }] }] },
      ],
    });
    onInteraction = async (interaction) => {
      if (interaction.isModalSubmit()) return interaction.reply({ content: `wrote ${interaction.fields.getTextInputValue('text')}`, flags: MessageFlags.Ephemeral });
      if (interaction.isStringSelectMenu()) return interaction.reply({ content: `picked ${interaction.values.join()}`, flags: MessageFlags.Ephemeral });
      if (!interaction.isButton() || interaction.customId === 'silent') return;
      if (interaction.customId === 'modal') return interaction.showModal({ customId: 'm', title: 'Edit the prompt', components: [{ type: ComponentType.ActionRow, components: [{ type: ComponentType.TextInput, customId: 'text', label: 'Prompt', style: TextInputStyle.Short, value: 'a house' }] }] });
      return interaction.update({ content: 'Pressed.' });
    };
    const card = item(page, message);
    await card.getByRole('button', { name: 'silent' }).click();
    await card.getByRole('alert').filter({ hasText: 'did not respond' }).or(card.getByRole('alert').filter({ hasText: 'failed' })).waitFor();

    await card.getByRole('button', { name: 'Pick one' }).press('Enter');
    await page.keyboard.type('in');
    await page.keyboard.press('Enter');
    await page.locator('.content').getByText('picked ink').waitFor();

    await card.getByRole('button', { name: 'modal' }).press('Enter');
    const field = page.getByRole('dialog').getByLabel('Prompt');
    await field.fill('');
    await page.keyboard.press('Enter');
    await page.getByText('This field is required.').waitFor();
    await field.fill('a lighthouse');
    await page.keyboard.press('Enter');
    await page.locator('.content').getByText('wrote a lighthouse').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await card.getByRole('button', { name: 'press' }).click();
    await card.getByText('Pressed.').waitFor();
    await page.close();
  });

  it('shows an ephemeral message to its one reader, who can dismiss it, and who is typing to the other', async () => {
    const [max, ada] = await Promise.all([open('max'), open('ada')]);
    onInteraction = async (interaction) => interaction.isChatInputCommand() && interaction.reply({ content: 'A secret for Max', flags: MessageFlags.Ephemeral });
    await max.keyboard.type('/help');
    await max.keyboard.press('Enter');
    await max.keyboard.press('Enter');
    const secret = max.locator('.ephemeral', { hasText: 'A secret for Max' });
    await secret.getByText('Only you can see this').waitFor();
    await post('For everyone');
    await ada.locator('.content').getByText('For everyone').waitFor();
    expect(await ada.getByText('A secret for Max').count()).toBe(0);
    await secret.getByRole('button', { name: 'Dismiss message' }).click();
    await secret.waitFor({ state: 'detached' });
    await max.keyboard.type('/halp me');
    await max.keyboard.press('Enter');
    await max.getByText('There is no command /halp.').waitFor();
    await composer(max).fill('hm');
    await ada.getByText('Max is typing…').waitFor();
    await Promise.all([max.close(), ada.close()]);
  });

  it('switches users, each with their own channels', async () => {
    const page = await open('ada');
    const channels = page.getByRole('navigation', { name: 'Channels' });
    await channels.getByRole('button', { name: 'admins' }).waitFor();
    await page.getByRole('button', { name: /^You are Ada ?, ?Admin/ }).press('Enter');
    await page.getByRole('menuitemradio', { name: /^Max/ }).press('Enter');
    await page.getByRole('button', { name: /^You are Max ?, ?Member/ }).waitFor();
    expect(await channels.getByRole('button', { name: 'admins' }).count()).toBe(0);
    await channels.getByRole('button', { name: 'announcements' }).click();
    await page.getByText('You do not have permission to send messages in this channel.').waitFor();
    await channels.getByRole('button', { name: 'general' }).click();
    await composer(page).fill('Hello, **general**');
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-message]').last().locator('strong').innerText()).toBe('general');
    expect(await page.locator('[data-message]').last().locator('.author').innerText()).toBe('Max');
    await page.close();
  });

  it('shows hostile text as text', async () => {
    const page = await open('max');
    const hostile = '<img src=x onerror="window.broken=1"><script>window.broken=1</script> [x](javascript:window.broken=1) [https://bank.example](https://thief.example) &lt;b&gt;';
    const message = await post({
      content: hostile,
      embeds: [{ title: hostile, description: hostile, url: 'https://example.com/"onmouseover="window.broken=1', author: { name: hostile }, fields: [{ name: hostile, value: hostile }], footer: { text: hostile } }],
      files: [{ attachment: await picture('#333'), name: 'a.png', description: '"><script>window.broken=1</script>' }],
      components: [{ type: ComponentType.ActionRow, components: [{ type: ComponentType.Button, style: ButtonStyle.Danger, customId: '"><img src=x>', label: '<b>bold</b>' }] }],
      allowedMentions: { parse: [] },
    });
    const card = item(page, message);
    await card.getByRole('button', { name: '<b>bold</b>' }).waitFor();
    const text = await card.locator('.content').innerText();
    expect(text.replace(/\s+/g, ' ')).toContain(hostile);
    expect(await card.locator('script, .markdown img, b, iframe').count()).toBe(0);
    const targets = await card.locator('a').evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))));
    expect(targets.filter((target) => !target.startsWith('https://'))).toEqual([]);
    expect(await card.getByRole('link', { name: 'https://bank.example', exact: true }).first().getAttribute('href')).toBe('https://bank.example/');
    expect(await page.evaluate('window.broken')).toBeUndefined();
    await page.close();
  });

  it('covers a spoiler until it is pressed, by keyboard too, and leads nobody past the cover', async () => {
    const page = await open('max');
    const [openOne, hiddenOne] = [await picture('#393'), await picture('#933')];
    const files = [{ attachment: openOne, name: 'open.png', description: 'the open one' }, { attachment: hiddenOne, name: 'SPOILER_hidden.png', description: 'the hidden one' }];
    const card = item(page, await post({ content: 'Two', files }));
    const cover = card.getByRole('button', { name: 'Spoiler: show the picture' });
    await cover.waitFor();
    expect(await card.innerHTML()).not.toContain('the hidden one');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.picture.covered img')).filter`)).toContain('blur');
    // The arrows of the lightbox have nowhere to go.
    await card.getByRole('button', { name: 'Enlarge: the open one' }).click();
    const box = page.getByRole('dialog');
    await box.getByRole('img', { name: 'the open one' }).waitFor();
    expect(await box.getByRole('button', { name: 'Next picture' }).count()).toBe(0);
    await page.keyboard.press('Escape');

    await cover.press('Enter');
    const enlarge = card.getByRole('button', { name: 'Enlarge: the hidden one' });
    await enlarge.waitFor();
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Enlarge: the hidden one');
    expect(await card.locator('.picture.covered').count()).toBe(0);
    await enlarge.press('Enter');
    await box.getByText('2 / 2').waitFor();
    await page.close();
  });

  it('asks before a masked link leads out, and follows a link to a message here', async () => {
    const page = await open('max');
    const first = await post('The first one');
    const guild = existing(client.guilds.cache.first());
    const second = await post(`See [the original](https://discord.com/channels/${guild.id}/${first.channelId}/${first.id}) or [the site](https://example.com/page)`);
    await item(page, second).getByRole('link', { name: 'the site' }).click();
    await page.getByRole('dialog').getByText('https://example.com/page').waitFor();
    await page.keyboard.press('Escape');
    await item(page, second).getByRole('button', { name: 'the original' }).click();
    await page.waitForFunction(`document.activeElement.id === 'message-${first.id}'`);
    await page.close();
  });

  it('replies, sends a picture that was dropped in, and gives one to a command that takes it', async () => {
    const page = await open('max');
    const original = await post('Reply to me');
    await item(page, original).hover();
    await item(page, original).getByRole('button', { name: 'Reply', exact: true }).click();
    await page.getByText('Replying to').waitFor();
    await page.locator('.composer input[type=file]').setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: await picture('#393', 90, 60) });
    await page.getByRole('list', { name: 'Files to send' }).getByText('cat.png').waitFor();
    await composer(page).fill('Here');
    await page.keyboard.press('Enter');
    const sent = page.locator('[data-message]', { hasText: 'Here' }).last();
    await sent.getByRole('img', { name: 'cat.png' }).waitFor();
    await sent.getByRole('button', { name: 'Reply to Refinery: Reply to me. Show it' }).waitFor();

    const got = new Promise((resolve) => {
      onInteraction = async (interaction) => {
        if (!interaction.isChatInputCommand()) return;
        const image = interaction.options.getAttachment('image', true);
        resolve([interaction.options.getString('prompt'), image.name, image.width, image.height]);
        return interaction.reply('Thanks.');
      };
    });
    await page.keyboard.type('/imagine like this image:');
    await page.locator('.option input[type=file]').setInputFiles({ name: 'dog.png', mimeType: 'image/png', buffer: await picture('#939', 30, 20) });
    await page.locator('.option').getByText('dog.png').waitFor();
    await page.keyboard.press('Enter');
    expect(await got).toEqual(['like this', 'dog.png', 30, 20]);
    await page.close();
  });

  it('moves among messages by arrow keys, and back to the composer', async () => {
    const page = await open('max');
    const messages = [await post('One'), await post('Two')];
    await item(page, existing(messages[1])).waitFor();
    await page.keyboard.press('ArrowUp');
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id');
    expect(await focused()).toBe(`message-${messages[1]?.id}`);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(`message-${messages[0]?.id}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Add a reaction');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(`document.activeElement.hasAttribute('data-composer')`)).toBe(true);
    await page.close();
  });

  it('names every control, gives every picture its words, and uses each id once', async () => {
    const page = await open('ada', { colorScheme: 'light' });
    expect(await page.evaluate(NAMELESS)).toEqual([]);
    expect(await page.evaluate(`[...document.querySelectorAll('img:not([alt])')].length`)).toBe(0);
    expect(await page.evaluate(`(ids => ids.filter((id, n) => ids.indexOf(id) !== n))([...document.querySelectorAll('[id]')].map(({ id }) => id))`)).toEqual([]);
    expect(await page.evaluate(`[document.documentElement.lang, document.querySelectorAll('h1').length, document.querySelectorAll('main').length]`)).toEqual(['en', 1, 1]);
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe('rgb(255, 255, 255)');
    await page.close();
  });

  it('fits a phone: nothing to the side, channels in a drawer, the composer in reach', async () => {
    const page = await open('max', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    await post({ content: `A long word ${'x'.repeat(300)} and a block\n\`\`\`\n${'y'.repeat(300)}\n\`\`\``, files: [{ attachment: await picture('#a3a', 1600, 500), name: 'wide.png', description: 'wide' }] });
    await page.getByRole('img', { name: 'wide' }).waitFor();
    const widest = `Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('.messages')].map((list) => list.scrollWidth))`;
    expect(await page.evaluate(widest)).toBeLessThanOrEqual(390);
    expect(await page.getByRole('navigation', { name: 'Channels' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Channels', exact: true }).tap();
    await page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name: 'general' }).tap();
    await page.getByRole('heading', { level: 1, name: 'general' }).waitFor();
    await composer(page).tap();
    await page.keyboard.type('From a phone');
    await page.getByRole('button', { name: 'Send' }).tap();
    await page.locator('[data-message]', { hasText: 'From a phone' }).waitFor();
    const box = existing((await composer(page).boundingBox()) ?? undefined);
    expect(box.y + box.height).toBeLessThanOrEqual(844);
    await page.close();
  });

  it('asks nothing of the outside and has nothing to complain of', () => {
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('says so while the connection is lost, and catches up when it is back', async () => {
    const page = await open('max');
    const { discord, dataDir } = local;
    await client.destroy();
    await discord.close();
    await page.getByText('Reconnecting…').waitFor();
    // The same port and folder: for the page, the same Discord after a restart.
    local = await started({ port: Number(new URL(discord.url).port), dataDir });
    await local.local(local.ada, 'POST', `/channels/${local.channel('imagine').id}/messages`, { content: 'Back again' });
    await page.locator('.content').getByText('Back again').waitFor();
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    await page.close();
  });
});

/** Controls that a screen reader could not name. */
const NAMELESS = `[...document.querySelectorAll('button, a[href], input, textarea, [role=option]')].filter((element) => {
  if (element.hidden || element.closest('[hidden]')) return false;
  const labelled = element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent.trim() || element.querySelector('img[alt]')?.alt;
  return !labelled;
}).map((element) => element.outerHTML.slice(0, 120))`;
