import { expect, test } from 'vitest';
import { missingForBot, missingForMember, missingForReply } from '../../../bot/interactions/permissions.ts';

const ADMINISTRATOR = 8n;
const channel = { inThread: false };

test('a bot without anything is told everything by the names in Discord’s settings', () => {
  expect(missingForBot(0n, channel)).toEqual(['View Channel', 'Send Messages', 'Embed Links', 'Attach Files']);
  expect(missingForReply(0n, channel)).toContain('Read Message History');
});
test('threads have a permission of their own', () => {
  expect(missingForBot(0n, { inThread: true })).toContain('Send Messages in Threads');
  expect(missingForBot(~(1n << 11n), { inThread: true })).not.toContain('Send Messages');
});
test('an administrator lacks nothing', () => {
  expect(missingForBot(ADMINISTRATOR, channel)).toEqual([]);
  expect(missingForMember(ADMINISTRATOR, channel)).toEqual([]);
});
test('a member who may not send messages or files lacks those', () => {
  expect(missingForMember(1n << 31n, channel)).toEqual(['Send Messages', 'Attach Files']);
});
