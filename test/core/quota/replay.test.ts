import { describe, expect, it } from 'vitest';
import { JournalReplay, type ReplayEntry, replay, withRule } from '../../../core/quota/replay.ts';
import type { Rule } from '../../../core/quota/rule.ts';

const at = (time: string) => Date.parse(`2026-11-${time}Z`);
const entry = (kind: ReplayEntry['kind'], id: string, when: string, changes: Partial<ReplayEntry> = {}): ReplayEntry => ({
  kind,
  id,
  userId: '1',
  amount: 100,
  at: at(when),
  roleIds: [],
  channelIds: ['40'],
  ...changes,
});
const everyone = (credits: number, per: Rule['per'] = 'day'): Rule => ({ target: { kind: 'everyone' }, credits, per });

describe('a replay', () => {
  const posted = (id: string, when: string, changes: Partial<ReplayEntry> = {}) => [entry('reserve', id, when, changes), entry('settle', id, when, changes)];

  it('under the rules that were in force stops nobody', () => {
    const entries = [...posted('a', '23T10:00'), ...posted('b', '23T11:00'), entry('reserve', 'c', '23T12:00'), entry('refund', 'c', '23T12:01')];
    expect(replay(entries, [], 300)).toEqual({
      jobs: 3,
      stopped: 0,
      before: 200,
      after: 200,
      people: [{ userId: '1', before: 200, after: 200, stopped: 0, firstStoppedAt: undefined }],
      daily: [{ date: '2026-11-23', before: 200, after: 200 }],
    });
  });

  it('says who would have been stopped, when first, and what would have been spent on each day', () => {
    const entries = [
      ...posted('a', '22T23:00'),
      ...posted('b', '23T10:00'),
      ...posted('c', '23T11:00'),
      ...posted('d', '23T12:00'),
      ...posted('e', '23T13:00', { userId: '2' }),
    ];
    const { people, daily, ...sums } = replay(entries, [everyone(100)], 2000);
    expect(sums).toEqual({ jobs: 5, stopped: 2, before: 500, after: 300 });
    expect(people).toMatchObject([
      { userId: '1', before: 400, after: 200, stopped: 2, firstStoppedAt: at('23T11:00') },
      { userId: '2', before: 100, after: 100, stopped: 0 },
    ]);
    expect(daily).toEqual([
      { date: '2026-11-22', before: 100, after: 100 },
      { date: '2026-11-23', before: 400, after: 200 },
    ]);
  });

  it('gives back what failed before it counts the next', () => {
    const entries = [entry('reserve', 'a', '23T10:00'), entry('refund', 'a', '23T10:01'), ...posted('b', '23T10:02')];
    expect(replay(entries, [everyone(100)], 2000)).toMatchObject({ stopped: 0, after: 100 });
  });

  it('counts a week from Monday', () => {
    const entries = [...posted('a', '22T10:00'), ...posted('b', '23T10:00'), ...posted('c', '29T10:00')];
    expect(replay(entries, [everyone(100, 'week')], 2000)).toMatchObject({ stopped: 1, people: [{ firstStoppedAt: at('29T10:00') }] });
  });

  it('knows the roles that a person had then', () => {
    const rules: Rule[] = [{ target: { kind: 'role', id: '9' }, credits: 1000, per: 'day' }, everyone(0)];
    const entries = [...posted('a', '23T10:00', { roleIds: ['9'] }), ...posted('b', '23T11:00')];
    expect(replay(entries, rules, 2000)).toMatchObject({ stopped: 1, people: [{ firstStoppedAt: at('23T11:00') }] });
  });

  it('lets all who paint in a channel share its pot', () => {
    const rules: Rule[] = [{ target: { kind: 'channel', id: '40' }, credits: 100, per: 'day' }];
    const entries = [...posted('a', '23T10:00'), ...posted('b', '23T11:00', { userId: '2' }), ...posted('c', '23T12:00', { userId: '2', channelIds: ['41'] })];
    expect(replay(entries, rules, 2000)).toMatchObject({ stopped: 1, people: [{ userId: '2', stopped: 1, after: 100 }, { userId: '1', stopped: 0 }] });
  });

  it('counts grants and resets', () => {
    const granted = [...posted('a', '23T10:00'), entry('grant', 'g', '23T10:30'), ...posted('b', '23T11:00'), ...posted('c', '23T12:00')];
    expect(replay(granted, [everyone(100)], 2000)).toMatchObject({ stopped: 1, people: [{ firstStoppedAt: at('23T12:00') }] });
    const reset = [...posted('a', '23T10:00'), entry('reset', 'g', '23T10:30'), ...posted('b', '23T11:00'), ...posted('c', '23T12:00')];
    expect(replay(reset, [everyone(100)], 2000)).toMatchObject({ stopped: 1, people: [{ firstStoppedAt: at('23T12:00') }] });
  });

  it('leaves out the end of a job that was asked for before the journal begins', () => {
    expect(replay([entry('settle', 'old', '23T10:00')], [], 2000)).toMatchObject({ before: 0, after: 0, people: [] });
  });

  it('lets what was asked for before the days that are reported fill a week, and reports nothing of it', () => {
    const replaying = new JournalReplay([everyone(200, 'week')], 2000, at('24T00:00'));
    for (const each of [...posted('a', '23T10:00'), entry('reserve', 'b', '23T23:59'), ...posted('c', '24T10:00'), entry('settle', 'b', '24T00:01')]) replaying.play(each);
    expect(replaying.outcome()).toMatchObject({ jobs: 1, stopped: 1, before: 100, after: 0, daily: [{ date: '2026-11-24' }] });
  });

  it('puts the proposed rule in the place of the one for the same target', () => {
    expect(withRule([everyone(5), { ...everyone(7), target: { kind: 'server' } }], everyone(6))).toEqual([{ ...everyone(7), target: { kind: 'server' } }, everyone(6)]);
  });
});
