import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { handleInteraction } from '../../../bot/interactions/handle-interaction.ts';
import type { LatePorts } from '../../../bot/ports.ts';
import { examineWithoutPixels } from '../../../bot/verify/examine-without-pixels.ts';
import { handleReaction } from '../../../bot/reactions/handle-reaction.ts';
import { Unreachable } from '../../../bot/rest/discord-errors.ts';
import { DEMO } from '../../../core/model.ts';
import { newSnowflake } from '../../core/example-jobs.ts';
import { type TestStack, startTestStack } from '../../local-stack.ts';
import { violations } from '../discord-rules.ts';
import { ALLOWED, type Asking, messageCommandInteraction, modalInteraction, pressInteraction, seenMessage } from '../interactions/example-interaction.ts';
import { postedMessage } from '../posted-message.ts';
import { keepLog } from '../quiet-log.ts';
import { receiveJobs } from '../receive-jobs.ts';
import { unusedDiscord } from '../unused-discord.ts';

const GUILD = '300000000000000001';
const customIds = createCustomIds(['a key']);
let stack: TestStack;
let ports: LatePorts;
let done: unknown[];
let userId: string;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  done = [];
  userId = newSnowflake();
  ports = {
    ledger: stack.ledger(),
    queue: stack.queue,
    pictures: stack.pictures,
    examinePicture: examineWithoutPixels,
    model: DEMO,
    now: Date.now,
    randomSeed: () => 77,
    customIds,
    discord: {
      ...unusedDiscord,
      directMessage: async (to, card, files = []) => {
        expect(violations('MessageCreateRequestSchema', card)).toEqual([]);
        done.push({ to, files: files.map(({ name, data }) => [name, data.length]) });
        return { id: '1', channel_id: '2', attachments: [] };
      },
      remove: async (channelId, messageId) => void done.push({ removed: messageId, channelId }),
      download: async () => new Uint8Array(3),
      editOriginal: async () => Promise.reject(new Error('a button answers in place')),
    },
    log: keepLog(),
  };
});

afterEach(() => receiveJobs(stack.queue));

/** The answer, checked against Discord's schema; a late one is waited for. */
async function answer(raw: unknown, changes: Partial<LatePorts> = {}) {
  const response = await handleInteraction(raw, { ...ports, ...changes });
  if ('later' in response) return { type: 'late', data: await response.later({ ...ports, ...changes }) };
  if (response.type === 4) expect(violations('CreateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  if (response.type === 7) expect(violations('UpdateMessageInteractionCallbackRequestSchema', response)).toEqual([]);
  if (response.type === 9) expect(violations('ModalInteractionCallbackRequestSchema', response)).toEqual([]);
  return response;
}

const press = (messageId: string, action: string, args: readonly string[], asking: Asking = {}) => answer(pressInteraction(customIds.write(action, ...args), seenMessage(messageId), { userId, ...asking }));
const titled = (title: string, ephemeral = true) => ({ data: { ...(ephemeral && { flags: 64 }), embeds: [{ title }] } });
const spentOrHeld = async (who = userId) => {
  const { limit, left } = await stack.ledger().balance(who, GUILD);
  return limit - left;
};
/** What a card's buttons carry, by label. */
function buttonsOf(response: object): Map<string, string> {
  const { components = [] } = ('data' in response ? response.data : {}) as { components?: { components: { label: string; custom_id: string }[] }[] };
  return new Map(components.flatMap((row) => row.components.map(({ label, custom_id }) => [label, custom_id] as const)));
}

describe('a button under a picture', () => {
  test.each([
    ['refine', '68', { kind: 'refine', width: 192, height: 192, strength: 0.3, seed: 7 }],
    ['vary', '60', { kind: 'vary', width: 128, strength: 0.6, seed: 77, refine: 'ensemble' }],
    ['upscale', '10', { kind: 'upscale', scale: 8, seed: 7 }],
    ['again', '100', { kind: 'imagine', seed: 77, count: 1 }],
  ])('%s puts its job in line for whoever pressed, shown to everyone as a reply', async (action, cost, work) => {
    const { job, messageId } = await postedMessage(stack);
    const response = await press(messageId, action, [job.id, '0', cost]);
    expect(response).toMatchObject({ type: 4, data: { embeds: [{ description: '```\na red house under a yellow sun\n```' }] } });
    expect(response).not.toHaveProperty('data.flags');
    const [asked] = await receiveJobs(stack.queue);
    expect(asked).toMatchObject({ userId, channelId: '400000000000000001', reply: { kind: 'interaction' }, work });
    if (action !== 'again') expect(asked?.work).toMatchObject({ source: { jobId: job.id, messageId, postedKey: `pictures/${job.id}/0.png` } });
    expect(await spentOrHeld()).toBe(Number(cost));
  });

  test('survives a restart: a new process with the same key knows it', async () => {
    const { job, messageId } = await postedMessage(stack);
    const pressed = pressInteraction(createCustomIds(['a key']).write('vary', job.id, '0', '60'), seenMessage(messageId), { userId });
    expect(await answer(pressed, { customIds: createCustomIds(['a key']) })).toMatchObject({ type: 4 });
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
  });

  test('whose price has risen is asked about first, and then goes ahead at the new price', async () => {
    const { job, messageId } = await postedMessage(stack, { work: { refine: 'none' }, picture: { handover: { key: 'h', keptUntil: Date.now() - 1 } } });
    const asked = await press(messageId, 'refine', [job.id, '0', '20']);
    expect(asked).toMatchObject(titled('Refine this picture?'));
    expect(JSON.stringify(asked)).toContain('It now costs 0.68 credits, more than the button said');
    expect(await receiveJobs(stack.queue)).toEqual([]);
    const confirm = buttonsOf(asked).get('Refine · 0.68') ?? '';
    expect(await answer(pressInteraction(confirm, seenMessage(newSnowflake()), { userId }))).toMatchObject({ type: 7, ...titled('✨ On its way', false) });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ id: `refine-${messageId}-0`, reply: { kind: 'message', replyTo: messageId }, work: { kind: 'refine' } }]);
  });

  test('✨ finishes kept latents', async () => {
    const { job, messageId } = await postedMessage(stack, { work: { refine: 'none' }, picture: { handover: { key: 'h', keptUntil: Date.now() + 60_000 } } });
    await press(messageId, 'refine', [job.id, '0', '20']);
    expect(await receiveJobs(stack.queue)).toMatchObject([{ work: { kind: 'finish', handoverKey: 'h', width: 128 } }]);
    expect(await spentOrHeld()).toBe(20);
  });

  test.each([
    ['of a job that is gone', () => ['1234', '0', '68'], 'I do not know this picture any more'],
    ['of a picture that there is not', (id: string) => [id, '3', '68'], 'Nothing to do'],
    ['with arguments of another form', (id: string) => [id], 'This button is from another Refinery'],
  ])('%s is refused and costs nothing', async (_, args, title) => {
    const { job, messageId } = await postedMessage(stack);
    expect(await press(messageId, 'refine', args(job.id))).toMatchObject(titled(title));
    expect(await spentOrHeld()).toBe(0);
  });

  test('that nobody signed, or of another version, says so', async () => {
    expect(await answer(pressInteraction('1.refine.1.0.68.AAAAAAAAAAAAAAAA', seenMessage('1')))).toMatchObject(titled('This button does not work any more'));
    expect(await answer(pressInteraction('2.refine.1.0.68.AAAAAAAAAAAAAAAA', seenMessage('1')))).toMatchObject(titled('This button is from another Refinery'));
    expect(await answer(pressInteraction(customIds.write('dance'), seenMessage('1')))).toMatchObject(titled('This button is from another Refinery'));
  });

  test('is no way around a channel that is closed to a member', async () => {
    const { job, messageId } = await postedMessage(stack);
    expect(await press(messageId, 'vary', [job.id, '0', '60'], { memberPermissions: String(BigInt(ALLOWED) & ~(1n << 11n)) })).toMatchObject(titled('You may not do that here'));
  });
});

describe('what is made of a private picture is private', () => {
  test.each([
    ['vary', ['0', '60']],
    ['again', ['0', '100']],
  ])('%s', async (action, args) => {
    const { job, messageId } = await postedMessage(stack, { isPrivate: true });
    expect(await press(messageId, action, [job.id, ...args])).toMatchObject({ type: 4, data: { flags: 64 } });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ private: true, reply: { kind: 'interaction' } }]);
  });
  test('edited', async () => {
    const { job } = await postedMessage(stack, { isPrivate: true });
    expect(await answer(modalInteraction(customIds.write('edit', job.id), { prompt: 'x' }, { userId }))).toMatchObject({ type: 4, data: { flags: 64 } });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ private: true }]);
  });
  test('refined after its price has risen', async () => {
    const { job, messageId } = await postedMessage(stack, { isPrivate: true });
    const confirm = buttonsOf(await press(messageId, 'refine', [job.id, '0', '20'])).get('Refine · 0.68') ?? '';
    expect(await answer(pressInteraction(confirm, seenMessage(newSnowflake()), { userId }))).toMatchObject({ type: 7 });
    expect(await receiveJobs(stack.queue)).toMatchObject([{ private: true, reply: { kind: 'interaction' } }]);
  });
});

describe('what is made of a picture behind a spoiler is behind a spoiler', () => {
  test.each([
    ['refine', ['0', '68']],
    ['vary', ['0', '60']],
    ['again', ['0', '100']],
  ])('%s', async (action, args) => {
    const { job, messageId } = await postedMessage(stack, { spoiler: true });
    await press(messageId, action, [job.id, ...args]);
    expect(await receiveJobs(stack.queue)).toMatchObject([{ spoiler: true }]);
  });
  test('when the screen put it there, too, and when it is edited', async () => {
    const doubted = await postedMessage(stack, { picture: { spoiler: true } });
    await press(doubted.messageId, 'vary', [doubted.job.id, '0', '60']);
    const asked = await postedMessage(stack, { spoiler: true });
    await answer(modalInteraction(customIds.write('edit', asked.job.id), { prompt: 'x' }, { userId }));
    expect(await receiveJobs(stack.queue)).toMatchObject([{ spoiler: true }, { spoiler: true }]);
  });
});

describe('✨ is one refinement a picture, by reaction, button or message command', () => {
  test('whoever comes second is told, with a link once it is there', async () => {
    const { job, messageId } = await postedMessage(stack);
    const reaction = { user_id: newSnowflake(), message_id: messageId, channel_id: '400000000000000001', guild_id: GUILD, emoji: { id: null, name: '✨' } };
    const discord = { ...ports.discord, post: async () => ({ id: '1', channel_id: '2', attachments: [] }), typing: async () => undefined };
    await handleReaction(reaction, { ...ports, botUserId: '5', discord, mayReplyIn: async () => true, managesServer: async () => false, mayTell: () => true });
    expect(await press(messageId, 'refine', [job.id, '0', '68'])).toMatchObject(titled('Already on its way'));
    const ask = await answer(messageCommandInteraction('Refine', seenMessage(messageId), { userId }));
    expect(ask).toMatchObject(titled('Refine this picture?'));
    const confirm = buttonsOf(ask).get('Refine · 0.68') ?? '';
    expect(await answer(pressInteraction(confirm, seenMessage('1'), { userId }))).toMatchObject({ type: 7, data: { embeds: [{ title: 'Already on its way' }] } });
    expect(await receiveJobs(stack.queue)).toHaveLength(1);
    expect(await spentOrHeld()).toBe(0);

    const refineId = `refine-${messageId}-0`;
    await stack.ledger().claim(refineId, 'worker', 60);
    await stack.ledger().markPainted(refineId, 'worker', [{ key: 'k', paintedKey: 'p', seed: 1, width: 192, height: 192 }]);
    await stack.ledger().markPosted(refineId, { channelId: '400000000000000001', messageIds: ['888'] });
    const late = await press(messageId, 'refine', [job.id, '0', '68']);
    expect(late).toMatchObject(titled('That was done before'));
    expect(JSON.stringify(late)).toContain(`https://discord.com/channels/${GUILD}/400000000000000001/888`);
  });

  test('“Refine” on several pictures names the price of each and of all, and takes all at once', async () => {
    const { messageId } = await postedMessage(stack, { work: { count: 3 } });
    const ask = await answer(messageCommandInteraction('Refine', seenMessage(messageId), { userId }));
    expect([...buttonsOf(ask).keys()]).toEqual(['1 · 0.68', '2 · 0.68', '3 · 0.68', 'All · 2.04']);
    const all = buttonsOf(ask).get('All · 2.04') ?? '';
    expect(await answer(pressInteraction(all, seenMessage('1'), { userId }))).toMatchObject({ type: 7, ...titled('✨ On their way', false) });
    expect((await receiveJobs(stack.queue)).map(({ id }) => id).toSorted()).toEqual([0, 1, 2].map((i) => `refine-${messageId}-${i}`));
    expect(await spentOrHeld()).toBe(204);
  });
});

describe('✏️ and “Remix”', () => {
  test('open a form with how it was painted, and what is sent is painted in its shape', async () => {
    const { job, messageId } = await postedMessage(stack, { work: { prompt: 'a cat', negativePrompt: 'dogs', width: 168, height: 96, count: 2, refine: 'two-stage' } });
    const form = await press(messageId, 'edit', [job.id]);
    expect(await answer(messageCommandInteraction('Remix', seenMessage(messageId), { userId }))).toEqual(form);
    expect(JSON.stringify(form)).toMatch(/"value":"a cat".*"value":"dogs".*"value":"7".*"value":"25".*"value":"5"/);
    const customId = (form as { data: { custom_id: string } }).data.custom_id;
    const sent = await answer(modalInteraction(customId, { prompt: 'a tiger', negative: '', seed: '', steps: '12', guidance: '6,5' }, { userId }));
    expect(sent).toMatchObject({ type: 4, data: { embeds: [{ description: '```\na tiger\n```' }] } });
    expect(await receiveJobs(stack.queue)).toMatchObject([
      { userId, work: { kind: 'imagine', prompt: 'a tiger', negativePrompt: null, seed: 77, steps: 12, guidanceScale: 6.5, width: 168, height: 96, count: 2, refine: 'two-stage' } },
    ]);
  });

  test.each([
    [{ prompt: ' ' }, 'What should it show?'],
    [{ prompt: 'x', steps: 'many' }, 'That number does not work'],
    [{ prompt: 'x', seed: '-1' }, 'That number does not work'],
  ])('refuse %j', async (fields, title) => {
    const { job } = await postedMessage(stack);
    expect(await answer(modalInteraction(customIds.write('edit', job.id), fields, { userId }))).toMatchObject(titled(title));
    expect(await receiveJobs(stack.queue)).toEqual([]);
  });

  test('of a refined picture go back to the size it was first painted in', async () => {
    const { job, messageId } = await postedMessage(stack);
    await press(messageId, 'refine', [job.id, '0', '68']);
    const refineId = `refine-${messageId}-0`;
    await stack.ledger().claim(refineId, 'worker', 60);
    await stack.ledger().markPainted(refineId, 'worker', [{ key: 'k', paintedKey: 'p', seed: 7, width: 192, height: 192 }]);
    await answer(modalInteraction(customIds.write('edit', refineId), { prompt: 'x' }, { userId }));
    expect((await receiveJobs(stack.queue)).map(({ work }) => [work.kind, work.width])).toEqual([['refine', 192], ['imagine', 128]]);
  });
});

describe('🗑️', () => {
  const MODERATOR = String(BigInt(ALLOWED));
  const MEMBER = String(BigInt(ALLOWED) & ~(1n << 13n));

  test('asks the asker once more, then takes the message down and leaves the charge', async () => {
    const { job, messageId } = await postedMessage(stack);
    const mine = { userId: job.userId, memberPermissions: MEMBER };
    const ask = await press(messageId, 'delete', [job.id], mine);
    expect(ask).toMatchObject(titled('Delete this picture?'));
    expect(done).toEqual([]);
    const confirm = buttonsOf(ask).get('Delete') ?? '';
    expect(await answer(pressInteraction(confirm, seenMessage('1'), mine))).toMatchObject({ type: 7, data: { embeds: [{ title: 'Deleted' }] } });
    expect(done).toEqual([{ removed: messageId, channelId: '400000000000000001' }]);
    expect(await spentOrHeld(job.userId)).toBe(100);
    expect((await stack.ledger().find(job.id))?.state).toBe('posted');
  });
  test('is for moderators too, and for nobody else, at either press', async () => {
    const { job, messageId } = await postedMessage(stack);
    expect(await press(messageId, 'delete', [job.id], { memberPermissions: MODERATOR })).toMatchObject(titled('Delete this picture?'));
    for (const action of ['delete', 'delete-now']) {
      expect(await press(messageId, action, [job.id], { memberPermissions: MEMBER })).toMatchObject(titled('That is not yours to delete'));
    }
    expect(done).toEqual([]);
  });
});

describe('📩', () => {
  const files = ['before.png', 'refinery-1-1.png'];
  const pressed = (jobId: string, messageId: string) => pressInteraction(customIds.write('dm', jobId), seenMessage(messageId, files), { userId });

  test('sends the pictures themselves, not the one from before', async () => {
    const { job, messageId } = await postedMessage(stack);
    expect(await answer(pressed(job.id, messageId))).toMatchObject({ type: 'late', data: { embeds: [{ title: '📩 Sent to your direct messages' }] } });
    expect(done).toEqual([{ to: userId, files: [['refinery-1-1.png', 3]] }]);
  });
  test('says how to open direct messages that are closed', async () => {
    const { job, messageId } = await postedMessage(stack);
    const directMessage = async () => {
      throw new Unreachable('closed', 'POST /channels/1/messages', 403, 50007);
    };
    expect(await answer(pressed(job.id, messageId), { discord: { ...ports.discord, directMessage } })).toMatchObject({ data: { embeds: [{ title: 'Your direct messages are closed' }] } });
  });
});

describe('“Describe settings”', () => {
  test('tells every setting to the asker alone', async () => {
    const { messageId } = await postedMessage(stack, { work: { count: 2, seed: 41, sampler: 'heun' } });
    const told = await answer(messageCommandInteraction('Describe settings', seenMessage(messageId), { userId }));
    expect(told).toMatchObject(titled('How it was painted'));
    for (const word of ['model: demo', 'seed: 41, 42', 'steps: 25', 'guidance: 5', 'size: 128 × 128', 'sampler: heun', 'count: 2', 'refine: ensemble']) expect(JSON.stringify(told)).toContain(word);
  });
  test('tells what was chosen beyond the usual', async () => {
    const { messageId } = await postedMessage(stack, { work: { refine: 'two-stage', prompt2: 'oil on canvas', clipSkip: 1, guidanceRescale: 0.7, handover: 0.6, refineStrength: 0.4 } });
    const told = JSON.stringify(await answer(messageCommandInteraction('Describe settings', seenMessage(messageId), { userId })));
    for (const word of ['oil on canvas', 'clip_skip: 1', 'rescale: 0.7', 'handover: 0.6', 'refine_strength: 0.4']) expect(told).toContain(word);
  });
  test.each(['Refine', 'Remix', 'Describe settings'])('“%s” on a message that is none of ours says so', async (name) => {
    expect(await answer(messageCommandInteraction(name, seenMessage(newSnowflake()), { userId }))).toMatchObject(titled('That is not a picture of mine'));
  });
});
