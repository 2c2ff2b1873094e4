import { describe, expect, it } from 'vitest';
import { type Job, MalformedJob, parseJob, serializeJob } from '../../core/job.ts';
import { imagineJob } from './example-jobs.ts';

describe('a job message', () => {
  it('comes out of the queue as it went in', () => {
    const job = imagineJob();
    expect(parseJob(serializeJob(job))).toEqual(job);
  });

  it.each<[string, string]>([
    ['not JSON', '{"version":1,'],
    ['version', JSON.stringify({ ...imagineJob(), version: 2 })],
    ['work.steps', withWork({ steps: 0 })],
    ['work.steps', withWork({ steps: 12.5 })],
    ['work.width', withWork({ width: 1023 })],
    ['work.width', withWork({ width: 4096 })],
    ['work.seed', withWork({ seed: -1 })],
    ['work.count', withWork({ count: 5 })],
    ['work.prompt', withWork({ prompt: 'x'.repeat(1001) })],
    ['work.model', withWork({ model: '../../etc' })],
    ['userId', JSON.stringify({ ...imagineJob(), userId: 'Robert' })],
    ['message', 'null'],
  ])('is refused by the name of what does not fit: %s', (name, body) => {
    expect(() => parseJob(body)).toThrow(MalformedJob);
    expect(() => parseJob(body)).toThrow(name);
  });

  it('never quotes a prompt or a token when it is refused', () => {
    const body = withWork({ prompt: `secret wish ${'x'.repeat(1000)}` });
    for (const broken of [body, body.slice(0, 200), body.replace('"kind":"interaction"', '"kind":"post"')]) {
      expect(errorOf(() => parseJob(broken))).not.toMatch(/secret wish|interaction-token/);
    }
  });
});

function withWork(changes: Partial<Job['work']>): string {
  const job = imagineJob();
  return JSON.stringify({ ...job, work: { ...job.work, ...changes } });
}

function errorOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error);
  }
}
