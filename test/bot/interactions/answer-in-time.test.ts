import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { admitJob } from '../../../bot/admission/admit-job.ts';
import { answerInTime } from '../../../bot/interactions/answer-in-time.ts';
import type { Ports } from '../../../bot/ports.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { keepLog } from '../quiet-log.ts';
import { commandInteraction } from './example-interaction.ts';

/** A database that never answers: what a handler asks of it stays unanswered. */
const SILENT = new Proxy({}, { get: () => SILENT_CALL });
const SILENT_CALL: unknown = new Proxy(() => new Promise(() => undefined), { get: () => () => new Promise(() => undefined) });

function silentPorts(): Ports {
  return { ledger: SILENT, queue: SILENT, discord: SILENT, model: DEMO, now: Date.now, randomSeed: () => 7, customIds: createCustomIds(['a key']), log: keepLog() } as unknown as Ports;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an answer', () => {
  test('leaves within Discord’s three seconds although the database is silent: try again, for the asker alone', async () => {
    const answer = answerInTime(commandInteraction({ name: 'status', options: {} }), silentPorts());
    await vi.advanceTimersByTimeAsync(2600);
    expect(await answer).toMatchObject({ type: 4, data: { flags: 64, embeds: [{ title: 'That took too long', footer: { text: 'Nothing was charged.' } }] } });
  });

  test('leaves the earlier the longer it waited for this process to start', async () => {
    const answer = answerInTime(commandInteraction({ name: 'status', options: {} }), silentPorts(), Date.now() - 2000);
    await vi.advanceTimersByTimeAsync(550);
    expect(await answer).toMatchObject({ data: { embeds: [{ title: 'That took too long' }] } });
  });

  test('to a half-typed option is an empty list then', async () => {
    const typing = { ...commandInteraction({ options: { model: 'x' } }), type: 4, data: { id: '1', name: 'imagine', type: 1, options: [{ name: 'model', type: 3, value: 'x', focused: true }] } };
    const answer = answerInTime(typing, silentPorts());
    await vi.advanceTimersByTimeAsync(2600);
    expect(await answer).toEqual({ type: 8, data: { choices: [] } });
  });
});

describe('a job', () => {
  const admitted = { kind: 'admitted', cost: 1, position: 0, balance: {} };

  test.each([
    ['admitted', 2300, 0],
    ['sent', 1000, 1600],
  ])('that was %s too late to say so is given up again, uncharged', async (_, admitMs, sendMs) => {
    const ended: unknown[] = [];
    const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));
    const ledger = { admit: () => after(admitMs, admitted), confirm: async () => true, markSent: () => after(0, undefined), end: async (...how: unknown[]) => void ended.push(how) };
    const job = imagineJob();
    const ports = { ledger, queue: { send: () => after(sendMs, undefined) }, now: Date.now, log: keepLog() } as unknown as Ports;
    const outcome = admitJob(job, ports, Date.now() + 2200);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await outcome).toEqual({ kind: 'too-slow' });
    expect(ended).toEqual([[job.id, { state: 'cancelled', reason: 'too-slow' }]]);
  });

  test('is not waited for any longer once it is sent: that it was is noted meanwhile', async () => {
    const ledger = { admit: async () => admitted, confirm: async () => true, markSent: () => new Promise(() => undefined) };
    const ports = { ledger, queue: { send: async () => undefined }, now: Date.now, log: keepLog() } as unknown as Ports;
    const outcome = admitJob(imagineJob(), ports, Date.now() + 2200);
    await vi.advanceTimersByTimeAsync(2200);
    expect(await outcome).toEqual(admitted);
  });
});
