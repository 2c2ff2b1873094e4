import * as v from 'valibot';

const Flag = v.optional(v.nullable(v.boolean()));
const Number = v.optional(v.nullable(v.number()));

const CLASS_NAME = '_class_name';

/**
 * A `scheduler_config.json` of diffusers, as far as samplers read it; what is absent has the default of the sampler's
 * class. Keys keep diffusers' names, so that a checkpoint's own file is one.
 */
const SchedulerConfigSchema = v.object({
  [CLASS_NAME]: v.optional(v.string()),
  num_train_timesteps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(100_000))),
  beta_start: v.optional(v.number()),
  beta_end: v.optional(v.number()),
  beta_schedule: v.optional(v.picklist(['linear', 'scaled_linear', 'squaredcos_cap_v2'])),
  trained_betas: v.optional(v.nullable(v.array(v.number()))),
  rescale_betas_zero_snr: Flag,
  prediction_type: v.optional(v.picklist(['epsilon', 'v_prediction', 'sample'])),
  timestep_spacing: v.optional(v.picklist(['leading', 'trailing', 'linspace'])),
  steps_offset: v.optional(v.number()),
  interpolation_type: v.optional(v.picklist(['linear', 'log_linear'])),
  use_karras_sigmas: Flag,
  use_exponential_sigmas: Flag,
  use_beta_sigmas: Flag,
  use_lu_lambdas: Flag,
  sigma_min: Number,
  sigma_max: Number,
  final_sigmas_type: v.optional(v.picklist(['zero', 'sigma_min'])),
  timestep_type: v.optional(v.picklist(['discrete', 'continuous'])),
  algorithm_type: v.optional(v.string()),
  solver_type: v.optional(v.string()),
  solver_order: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3))),
  lower_order_final: Flag,
  euler_at_final: Flag,
  predict_x0: Flag,
  disable_corrector: v.optional(v.array(v.number())),
  set_alpha_to_one: Flag,
  skip_prk_steps: Flag,
  clip_sample: Flag,
  thresholding: Flag,
  original_inference_steps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  timestep_scaling: v.optional(v.number()),
});

type Keys = v.InferOutput<typeof SchedulerConfigSchema>;

export interface SchedulerConfig extends Omit<Keys, typeof CLASS_NAME> {
  /** diffusers' class, which stands as `_class_name` in the file. */
  readonly class_name?: string | undefined;
}

/** Reads a parsed `scheduler_config.json`; throws TypeError naming the key that does not fit. */
export function parseSchedulerConfig(json: unknown): SchedulerConfig {
  const parsed = v.safeParse(SchedulerConfigSchema, json);
  if (parsed.success) {
    const { [CLASS_NAME]: className, ...config } = parsed.output;
    return className === undefined ? config : { ...config, class_name: className };
  }
  const [issue] = parsed.issues;
  throw new TypeError(`scheduler_config.json: ${v.getDotPath(issue) ?? 'the whole file'}: ${issue.message}`);
}
