import * as v from 'valibot';
import type { Sampler } from '../../samplers/sampler.ts';
import { type Comparison, runCase } from '../case-result.ts';
import { compare, compareExactly, compareRelative } from '../compare.ts';
import { recordedConfig, recordedSampler } from '../recorded-scheduler.ts';
import { caseId, understand } from '../recorded-case.ts';
import type { Topic } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const common = { id: v.string(), cls: v.string(), overrides: v.record(v.string(), v.unknown()), steps: v.number() };
const AddNoise = v.object({ ...common, kind: v.literal('add_noise'), begin_index: v.number(), original: v.string(), noise: v.array(v.string()), result: v.string() });
const Trajectory = v.object({
  ...common,
  kind: v.optional(v.undefined()),
  order: v.optional(v.number()),
  init_noise_sigma: v.number(),
  timesteps: v.array(v.number()),
  sigmas: v.optional(v.string()),
  noise: v.optional(v.array(v.string()), []),
  noise_draws_per_step: v.array(v.number()),
  eta: v.optional(v.number()),
  step_args: v.optional(v.looseObject({ s_churn: v.optional(v.number(), 0), s_tmin: v.optional(v.number(), 0), s_tmax: v.optional(v.number(), Infinity), s_noise: v.optional(v.number(), 1) })),
  x0: v.string(),
  model_inputs: v.string(),
  samples: v.string(),
});
const Case = v.union([AddNoise, Trajectory]);

/** float32 arithmetic in another order, relative to the largest value. */
const TOLERANCE = 1e-4;

/** Every scheduler over a fake model: timesteps, sigmas, what the UNet would see, and every step. */
export const runSchedulers: TopicRun = async function* (topic) {
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), () => {
      const recorded = understand(Case, json);
      const config = recordedConfig(topic.json['sdxl_scheduler_config'], recorded.cls, recorded.overrides);
      if (recorded.kind === 'add_noise') return compareAddNoise(topic, recordedSampler(config, recorded.steps), recorded);
      const { eta, step_args: args } = recorded;
      const churn = args && { amount: args.s_churn, from: args.s_tmin, to: args.s_tmax, noise: args.s_noise };
      return compareTrajectory(topic, recordedSampler(config, recorded.steps, { eta, churn }), recorded);
    });
  }
};

function compareAddNoise(topic: Topic, sampler: Sampler, { original, noise, begin_index: call, result }: v.InferOutput<typeof AddNoise>): readonly Comparison[] {
  const noised = sampler.addNoise(topic.tensor(original).data, topic.tensor(noise[0] ?? '').data, call);
  return [compareRelative('noised', { data: noised }, { data: topic.tensor(result).data }, TOLERANCE)];
}

function compareTrajectory(topic: Topic, sampler: Sampler, recorded: v.InferOutput<typeof Trajectory>): readonly Comparison[] {
  const modelInputs = topic.tensor(recorded.model_inputs).data;
  const samples = topic.tensor(recorded.samples).data;
  const draws = recorded.noise.map((name) => topic.tensor(name).data);
  let x = topic.tensor(recorded.x0).data;
  const comparisons: Comparison[] = [
    // Fractional timesteps (Karras) are float32 there.
    compare('timesteps', { data: sampler.timesteps }, { data: recorded.timesteps }, 2e-3),
    compare('initial noise level', { data: [sampler.initNoiseSigma] }, { data: [recorded.init_noise_sigma] }, 1e-5 * recorded.init_noise_sigma),
    compareExactly('draws per step', recorded.timesteps.map((_, call) => sampler.noiseDraws(call)), recorded.noise_draws_per_step),
  ];
  if (recorded.sigmas !== undefined && sampler.sigmas !== undefined) {
    comparisons.push(compareRelative('sigmas', { data: sampler.sigmas }, { data: topic.tensor(recorded.sigmas).data }, TOLERANCE));
  }

  for (const [call, t] of sampler.timesteps.entries()) {
    const input = sampler.scaleModelInput(x, call);
    comparisons.push(compareRelative(`model input ${call}`, { data: input }, { data: modelInputs.subarray(call * x.length, (call + 1) * x.length) }, TOLERANCE));
    const noise = sampler.noiseDraws(call) === 1 ? draws.shift() : undefined;
    x = sampler.step(input.map((value) => Math.sin(0.7 * value + 0.001 * t)), call, x, noise).next;
    comparisons.push(compareRelative(`sample ${call}`, { data: x }, { data: samples.subarray(call * x.length, (call + 1) * x.length) }, TOLERANCE));
  }
  return comparisons;
}
