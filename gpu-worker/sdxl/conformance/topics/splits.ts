import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { selectCalls } from '../../schedule/call-range.ts';
import { NotYet, runCase } from '../case-result.ts';
import { compare, compareExactly } from '../compare.ts';
import { recordedConfig, recordedSampler } from '../recorded-scheduler.ts';
import { understand } from '../recorded-case.ts';
import { readTopic } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const Case = v.object({
  kind: v.picklist(['denoising_end', 'denoising_start', 'strength', 'start_and_end']),
  scheduler: v.string(),
  spacing: v.string(),
  steps: v.number(),
  denoising_end: v.optional(v.number()),
  denoising_start: v.optional(v.number()),
  strength: v.optional(v.number()),
  timesteps: v.array(v.number()),
  begin_index: v.optional(v.number()),
});

const Scheduler = v.object({ scheduler: v.string(), cls: v.string(), overrides: v.record(v.string(), v.unknown()) });
type Scheduler = v.InferOutput<typeof Scheduler>;

/** This topic calls schedulers by short names; the topic `schedulers` says what they stand for. */
async function shortNames(folder: string): Promise<ReadonlyMap<string, Scheduler>> {
  const cases = (await readTopic(folder, 'schedulers'))?.cases ?? [];
  const schedulers = cases.flatMap((json) => (v.is(Scheduler, json) ? [json] : []));
  return new Map(schedulers.toReversed().map((scheduler) => [scheduler.scheduler, scheduler]));
}

/** Which timesteps each pipeline runs under denoising_end, denoising_start and strength. */
export const runSplits: TopicRun = async function* (topic, models) {
  const schedulerConfig: unknown = JSON.parse(await readFile(models.path('models/base/scheduler/scheduler_config.json'), 'utf8'));
  const schedulers = await shortNames(models.path('.'));
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(String(i), () => {
      const { scheduler, spacing, steps, denoising_end: denoisingEnd, denoising_start: denoisingStart, strength, ...recorded } = understand(Case, json);
      const known = schedulers.get(scheduler);
      if (known === undefined) throw new NotYet(`the topic "schedulers" does not say what "${scheduler}" is`);
      const sampler = recordedSampler(recordedConfig(schedulerConfig, known.cls, { ...known.overrides, timestep_spacing: spacing }), steps);
      const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength });
      const fractions = [denoisingStart, denoisingEnd, strength].filter((fraction) => fraction !== undefined).join(' to ');
      const what = `${recorded.kind} ${fractions} of ${steps} ${spacing} ${scheduler} steps:`;
      const timesteps = compare(`${what} timesteps`, { data: sampler.timesteps.slice(calls.begin, calls.end) }, { data: recorded.timesteps }, 2e-3);
      return recorded.begin_index === undefined ? [timesteps] : [timesteps, compareExactly(`${what} begin index`, calls.begin, recorded.begin_index)];
    });
  }
};
