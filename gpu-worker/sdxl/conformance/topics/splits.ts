import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { selectCalls } from '../../schedule/call-range.ts';
import { NotYet, runCase } from '../case-result.ts';
import { compare, compareExactly } from '../compare.ts';
import { recordedConfig, recordedSampler } from '../recorded-scheduler.ts';
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
  begin_index: v.optional(v.nullable(v.number())),
});

/** The topic names schedulers by short names. */
const SCHEDULERS: Readonly<Record<string, { readonly cls: string; readonly overrides?: Readonly<Record<string, unknown>> }>> = {
  euler: { cls: 'EulerDiscreteScheduler' },
  euler_a: { cls: 'EulerAncestralDiscreteScheduler' },
  ddim: { cls: 'DDIMScheduler' },
  dpmpp_2m: { cls: 'DPMSolverMultistepScheduler' },
  dpmpp_2m_karras: { cls: 'DPMSolverMultistepScheduler', overrides: { use_karras_sigmas: true } },
  dpmpp_2m_sde: { cls: 'DPMSolverMultistepScheduler', overrides: { algorithm_type: 'sde-dpmsolver++' } },
  unipc: { cls: 'UniPCMultistepScheduler' },
  lcm: { cls: 'LCMScheduler' },
  heun: { cls: 'HeunDiscreteScheduler' },
  euler_karras: { cls: 'EulerDiscreteScheduler', overrides: { use_karras_sigmas: true } },
  pndm: { cls: 'PNDMScheduler' },
  dpmpp_2s: { cls: 'DPMSolverSinglestepScheduler' },
};

/** Which timesteps each pipeline runs under denoising_end, denoising_start and strength. */
export const runSplits: TopicRun = async function* (topic, models) {
  const schedulerConfig: unknown = JSON.parse(await readFile(models.path('models/base/scheduler/scheduler_config.json'), 'utf8'));
  for (const [i, json] of topic.cases.entries()) {
    const recorded = v.parse(Case, json);
    const { kind, scheduler, spacing, steps, denoising_end: denoisingEnd, denoising_start: denoisingStart, strength } = recorded;
    const fractions = [denoisingStart, denoisingEnd, strength].filter((fraction) => fraction !== undefined).join('…');
    yield await runCase(`${i} ${scheduler}.${spacing}.${steps} ${kind} ${fractions}`, () => {
      const known = SCHEDULERS[scheduler];
      if (known === undefined) throw new NotYet(`the topic's short name "${scheduler}" is not known here`);
      const sampler = recordedSampler(recordedConfig(schedulerConfig, known.cls, { ...known.overrides, timestep_spacing: spacing }), steps);
      const calls = selectCalls(sampler, { denoisingStart, denoisingEnd, strength });
      const timesteps = compare('timesteps', { data: sampler.timesteps.slice(calls.begin, calls.end) }, { data: recorded.timesteps }, 2e-3);
      const begin = recorded.begin_index;
      return typeof begin === 'number' ? [timesteps, compareExactly('begin index', calls.begin, begin)] : [timesteps];
    });
  }
};
