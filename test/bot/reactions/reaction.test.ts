import { describe, expect, test } from 'vitest';
import { parseReaction, wishOf } from '../../../bot/reactions/reaction.ts';
import { enlarged } from '../../../bot/reactions/refine-job.ts';

test.each([
  ['✨', 'all'],
  ['1️⃣', 0],
  ['4️⃣', 3],
  ['2\u{20E3}', 1],
  ['5️⃣', undefined],
  ['👍', undefined],
  ['', undefined],
  [null, undefined],
])('%j asks to refine: %j', (emoji, wish) => expect(wishOf(emoji)).toBe(wish));

describe('a reaction as the gateway tells it', () => {
  const raw = { user_id: '1', message_id: '2', channel_id: '3', guild_id: '4', emoji: { id: null, name: '✨' }, burst: false, type: 0 };
  test('in a server, by a member', () => {
    expect(parseReaction({ ...raw, member: { user: { id: '1', bot: false } } })).toEqual({
      userId: '1',
      byBot: false,
      messageId: '2',
      channelId: '3',
      guildId: '4',
      emoji: '✨',
    });
  });
  test('by a bot', () => expect(parseReaction({ ...raw, member: { user: { id: '1', bot: true } } })?.byBot).toBe(true));
  test('in direct messages', () => expect(parseReaction({ ...raw, guild_id: undefined })?.guildId).toBeNull());
  test('with a custom emoji that bears the name of ours', () => {
    expect(parseReaction({ ...raw, emoji: { id: '9', name: '✨' } })?.emoji).toBeNull();
  });
  test('that is none', () => expect(parseReaction({ user_id: 'x' })).toBeUndefined());
});

test.each([
  [{ width: 128, height: 128 }, 1.5, { width: 192, height: 192 }],
  [{ width: 168, height: 96 }, 1.5, { width: 256, height: 144 }],
  [{ width: 1344, height: 768 }, 1.5, { width: 2016, height: 1152 }],
  [{ width: 1536, height: 640 }, 1.5, { width: 2048, height: 856 }],
  [{ width: 2048, height: 2048 }, 1.5, { width: 2048, height: 2048 }],
])('%j enlarged by %f is %j', (size, scale, expected) => expect(enlarged(size, scale)).toEqual(expected));
