import * as v from 'valibot';
import { BUDGET_SETTINGS } from '../budget/budget-settings.ts';
import { DISCORD_SETTINGS, type Environment, STACK_SETTINGS, readSettings, required, wholeNumber } from '../settings.ts';
import { type CapacityPolicy, DEFAULT_CAPACITY } from './choose-capacity.ts';
import { DEFAULT_POLICY, type ScalingPolicy } from './scaling-policy.ts';

const SCALING_SETTINGS = {
  JOBS_QUEUE_URL: STACK_SETTINGS.JOBS_QUEUE_URL,
  TABLE_NAME: STACK_SETTINGS.TABLE_NAME,
  WORKER_CLUSTER: required('the name of the ECS cluster that the workers run in'),
  /** None until a worker's image is deployed. */
  WORKER_SERVICE: v.optional(v.string()),
  /** The service whose workers run on demand, for when Spot fails; none: all run on Spot. */
  ON_DEMAND_SERVICE: v.optional(v.string()),
  DISCORD_TOKEN: DISCORD_SETTINGS.DISCORD_TOKEN,
  DISCORD_API_BASE: DISCORD_SETTINGS.DISCORD_API_BASE,
  ...BUDGET_SETTINGS,
  STAGE: v.optional(v.string(), 'live'),
  MAX_WORKERS: wholeNumber(DEFAULT_POLICY.mostTasks, { min: 1, max: 1000 }, 'how many workers there may be at most'),
  SCALING_TARGET_SECONDS: wholeNumber(DEFAULT_POLICY.targetSeconds, { min: 10, max: 86_400 }, 'for how many seconds of waiting work each there is a worker'),
  SCALING_SHRINK_SECONDS: wholeNumber(DEFAULT_POLICY.shrinkAfterSeconds, { min: 60, max: 86_400 }, 'for how long workers that are needed no more stay'),
  SCALING_SLEEP_SECONDS: wholeNumber(DEFAULT_POLICY.sleepAfterSeconds, { min: 60, max: 86_400 }, 'for how long the last worker stays without work'),
  SPOT_PATIENCE_SECONDS: wholeNumber(DEFAULT_CAPACITY.spotPatienceSeconds, { min: 120, max: 86_400 }, 'after how long without a machine of Spot’s on demand is asked'),
  SPOT_MOST_INTERRUPTIONS: wholeNumber(DEFAULT_CAPACITY.mostInterruptions, { min: 0, max: 1000 }, 'how many interruptions leave Spot alone for a while; 0: it is never used'),
  SPOT_REST_SECONDS: wholeNumber(DEFAULT_CAPACITY.spotRestSeconds, { min: 60, max: 86_400 }, 'for how long Spot is left alone when it failed'),
};

/** Of the scheduled function that starts and stops workers. @throws {BadSettings} */
export const scalingSettings = (env: Environment) => readSettings(SCALING_SETTINGS, env);

export function policyOf(settings: ReturnType<typeof scalingSettings>): ScalingPolicy & CapacityPolicy {
  return {
    mostTasks: settings.MAX_WORKERS,
    targetSeconds: settings.SCALING_TARGET_SECONDS,
    shrinkAfterSeconds: settings.SCALING_SHRINK_SECONDS,
    sleepAfterSeconds: settings.SCALING_SLEEP_SECONDS,
    spotPatienceSeconds: settings.SPOT_PATIENCE_SECONDS,
    mostInterruptions: settings.SPOT_MOST_INTERRUPTIONS,
    spotRestSeconds: settings.SPOT_REST_SECONDS,
  };
}
