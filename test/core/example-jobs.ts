import type { ImagineWork, Job, RefineWork } from '../../core/job.ts';

let lastId = 1_000_000_000_000_000_000n;

/** A Discord id that no other call returns. */
export function newSnowflake(): string {
  lastId += 1n;
  return String(lastId);
}

/** A job as `/imagine` makes it, for the demo model. */
export function imagineJob(changes: Partial<Omit<Job, 'work'>> & { work?: Partial<ImagineWork> } = {}): Job {
  const { work, ...rest } = changes;
  return {
    version: 1,
    id: newSnowflake(),
    createdAt: Date.now(),
    userId: '200000000000000001',
    guildId: '300000000000000001',
    channelId: '400000000000000001',
    reply: { kind: 'interaction', applicationId: '500000000000000001', token: 'interaction-token', receivedAt: Date.now() },
    ...rest,
    work: {
      kind: 'imagine',
      model: 'demo',
      prompt: 'a red house under a yellow sun',
      negativePrompt: null,
      width: 128,
      height: 128,
      steps: 25,
      guidanceScale: 5,
      seed: 7,
      count: 1,
      refine: 'ensemble',
      ...work,
    },
  };
}

/** A job as ✨ makes it, for the first picture of an earlier job. */
export function refineJob(source: RefineWork['source'], changes: Partial<Omit<Job, 'work'>> = {}): Job {
  return {
    ...imagineJob(changes),
    id: `refine-${source.messageId}-${source.index}`,
    reply: { kind: 'message', replyTo: source.messageId },
    work: {
      kind: 'refine',
      model: 'demo',
      prompt: 'a red house under a yellow sun',
      negativePrompt: null,
      width: 192,
      height: 192,
      steps: 25,
      guidanceScale: 5,
      seed: 7,
      strength: 0.3,
      source,
    },
  };
}
