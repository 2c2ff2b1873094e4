import * as v from 'valibot';
import { DISCORD_SETTINGS, type Environment, STACK_SETTINGS, readSettings } from '../core/settings.ts';

const wholeNumber = (min: number, max: number, purpose: string) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(min), v.maxValue(max), v.description(purpose));

const WORKER_SETTINGS = {
  ...STACK_SETTINGS,
  DISCORD_TOKEN: DISCORD_SETTINGS.DISCORD_TOKEN,
  DISCORD_API_BASE: DISCORD_SETTINGS.DISCORD_API_BASE,
  REFINERY_MODEL: v.optional(v.pipe(v.string(), v.description('the id of the model to paint with')), 'demo'),
  MODELS_DIR: v.optional(v.pipe(v.string(), v.description('the folder that holds <model id>/base and <model id>/refiner'))),
  REFINERY_PROVIDER: v.optional(v.pipe(v.picklist(['cpu']), v.description('the execution provider to paint on: cpu')), 'cpu'),
  REFINERY_SLOTS: v.optional(wholeNumber(1, 10, 'how many jobs to work on at once, 1 to 10'), '1'),
  VISIBILITY_TIMEOUT_SECONDS: v.optional(
    wholeNumber(2, 43_200, 'for how many seconds a received message stays hidden between heartbeats, 2 to 43200'),
    '60',
  ),
  DRAIN_SECONDS: v.optional(wholeNumber(1, 3600, 'for how many seconds a stopping worker waits for its last step, 1 to 3600'), '25'),
  HEALTH_FILE: v.optional(v.pipe(v.string(), v.description('a file to touch while the worker is alive'))),
  AWS_ENDPOINT_URL_S3: v.optional(v.pipe(v.string(), v.url(), v.description('where S3 is, when it is not AWS'))),
  ECS_AGENT_URI: v.optional(v.pipe(v.string(), v.url(), v.description('the ECS container agent, which sets it itself'))),
  LOG_LEVEL: v.optional(
    v.pipe(v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), v.description('a level of pino, e.g. info')),
    'info',
  ),
};

/** Everything the worker reads from its environment. @throws {BadSettings} */
export function readWorkerSettings(env: Environment) {
  return readSettings(WORKER_SETTINGS, env);
}

export type WorkerSettings = ReturnType<typeof readWorkerSettings>;

/** For `--help`: every variable and what it must be. */
export function describeWorkerSettings(): string {
  return Object.entries(WORKER_SETTINGS)
    .map(([name, schema]) => `  ${name.padEnd(28)} ${v.getDescription(schema) ?? (schema.type === 'optional' ? v.getDescription(schema.wrapped) : '') ?? ''}`)
    .join('\n');
}
