import { describe, expect, it } from 'vitest';
import { personalRule, sharedRules } from '../../../core/quota/choose-rule.ts';
import type { Period } from '../../../core/quota/period.ts';
import type { Rule, RuleTarget } from '../../../core/quota/rule.ts';

const rule = (target: RuleTarget, credits: number, per: Period = 'day'): Rule => ({ target, credits, per });
const user = rule({ kind: 'user', id: '1' }, 100);
const strangers = rule({ kind: 'user', id: '2' }, 9900);
const small = rule({ kind: 'role', id: '10' }, 500);
const large = rule({ kind: 'role', id: '11' }, 7000, 'week');
const none = rule({ kind: 'role', id: '12' }, 0, 'month');
const everyone = rule({ kind: 'everyone' }, 300);
const channel = rule({ kind: 'channel', id: '40' }, 5000);
const server = rule({ kind: 'server' }, 9000, 'month');

describe('the rule for a person', () => {
  const all = [channel, server, strangers, everyone, small, large, none, user];
  it.each([
    ['their own, even where a role gives more', all, ['10', '11'], user],
    ['the most generous of their roles', all.filter((r) => r !== user), ['10', '11', '12'], large],
    ['that one whatever the order of the rules', all.filter((r) => r !== user).toReversed(), ['12', '11', '10'], large],
    ['the only role that they have', all.filter((r) => r !== user), ['10'], small],
    ['a role’s, even where everyone has more', [everyone, none], ['12'], none],
    ['everyone’s without such a role', [everyone, large, channel], ['99'], everyone],
    ['everyone’s without any role', [everyone, large], [], everyone],
  ] as const)('is %s', (_, rules, roleIds, chosen) => {
    expect(personalRule(rules, { userId: '1', roleIds }, 2000)).toBe(chosen);
  });

  it.each([
    ['10 a day beats 60 a week', 1000, 'day', 6000, 'week'],
    ['10 a week beats 40 a month', 1000, 'week', 4000, 'month'],
    ['70 a week beats 10 a day, as it leaves the choice of the day', 7000, 'week', 1000, 'day'],
    ['31 a month beats 1 a day', 3100, 'month', 100, 'day'],
  ] as const)('by days: %s', (_, credits, per, otherCredits, otherPer) => {
    const better = rule({ kind: 'role', id: '20' }, credits, per);
    const worse = rule({ kind: 'role', id: '21' }, otherCredits, otherPer);
    const payer = { userId: '1', roleIds: ['20', '21'] };
    expect(personalRule([better, worse], payer, 2000)).toBe(better);
    expect(personalRule([worse, better], payer, 2000)).toBe(better);
  });

  it('is the default where nobody has said anything, or only about channels', () => {
    const expected = { target: { kind: 'default' }, credits: 2000, per: 'day' };
    expect(personalRule([], { userId: '1', roleIds: ['10'] }, 2000)).toEqual(expected);
    expect(personalRule([channel, server, strangers, small], { userId: '1', roleIds: [] }, 2000)).toEqual(expected);
  });
});

describe('the pots of a channel', () => {
  it('are its own and the server’s', () => {
    expect(sharedRules([user, channel, server, everyone], ['40'])).toEqual([channel, server]);
    expect(sharedRules([user, channel, everyone], ['41'])).toEqual([]);
  });
  it('are a thread’s parent’s too', () => expect(sharedRules([channel], ['41', '40'])).toEqual([channel]));
});
