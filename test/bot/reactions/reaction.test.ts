import { describe, expect, test } from 'vitest';
import { parseReaction, wishOf } from '../../../bot/reactions/reaction.ts';

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
    expect(parseReaction({ ...raw, member: { user: { id: '1', bot: false }, roles: ['7'] } })).toEqual({
      userId: '1',
      byBot: false,
      messageId: '2',
      channelId: '3',
      guildId: '4',
      roleIds: ['7'],
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
