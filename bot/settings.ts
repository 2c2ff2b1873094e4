import * as v from 'valibot';
import { modelId } from '../core/job.ts';
import { BUDGET_SETTINGS } from '../core/budget/budget-settings.ts';
import { DEMO, MODELS, modelOf } from '../core/model.ts';
import { DISCORD_SETTINGS, type Environment, STACK_SETTINGS, readSettings, required } from '../core/settings.ts';
import { CUSTOM_ID_SETTING } from './custom-id/custom-id-keys.ts';

const model = v.pipe(
  v.optional(modelId, DEMO.id),
  v.transform(modelOf),
  v.description(`the id of a model: ${MODELS.map(({ id }) => id).join(', ')}, or of one that the workers have besides`),
);

const logLevel = v.pipe(
  v.optional(v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info'),
  v.description('how much to log: error, warn, info or debug'),
);

const terms = v.pipe(v.optional(v.picklist(['always', 'licence']), 'licence'), v.description('who is asked to accept rules before a first picture: `always`, or with models whose `licence` wants it'));

const JOBS = { JOBS_QUEUE_URL: STACK_SETTINGS.JOBS_QUEUE_URL, TABLE_NAME: STACK_SETTINGS.TABLE_NAME };
const DISCORD = { DISCORD_TOKEN: DISCORD_SETTINGS.DISCORD_TOKEN, DISCORD_API_BASE: DISCORD_SETTINGS.DISCORD_API_BASE };

/** Where workers sleep while nobody paints: the ECS service that an admission wakes. */
const WAKING = { WORKER_CLUSTER: v.optional(v.string()), WORKER_SERVICE: v.optional(v.string()), ON_DEMAND_SERVICE: v.optional(v.string()) };

const INTERACTIONS = { ...JOBS, ...DISCORD, ...CUSTOM_ID_SETTING, ...WAKING, MONTHLY_BUDGET_USD: BUDGET_SETTINGS.MONTHLY_BUDGET_USD, REFINERY_MODEL: model, REFINERY_TERMS: terms };

/** Late answers delete pictures, too. */
const LATE_ANSWERS = { ...INTERACTIONS, PICTURES_BUCKET: STACK_SETTINGS.PICTURES_BUCKET };

const GATEWAY = {
  ...LATE_ANSWERS,
  GPU_USD_PER_HOUR: BUDGET_SETTINGS.GPU_USD_PER_HOUR,
  DEAD_LETTER_QUEUE_URL: v.optional(v.string()),
  LATE_ANSWERS_QUEUE_URL: v.optional(v.string()),
  LOG_LEVEL: logLevel,
};

const WEBHOOK = {
  ...INTERACTIONS,
  LATE_ANSWERS_QUEUE_URL: required('the URL of the SQS queue of answers that come late'),
  DISCORD_PUBLIC_KEY: v.pipe(required('the public key from the Discord developer portal (General Information), 64 hexadecimal digits'), v.regex(/^[0-9a-f]{64}$/i)),
};

/** Of the gateway process. @throws {BadSettings} */
export const gatewaySettings = (env: Environment) => readSettings(GATEWAY, env);
/** Of the Lambda behind the interactions endpoint. @throws {BadSettings} */
export const webhookSettings = (env: Environment) => readSettings(WEBHOOK, env);
/** Of the Lambda behind the queue of late answers. @throws {BadSettings} */
export const lateAnswerSettings = (env: Environment) => readSettings(LATE_ANSWERS, env);
/** Of the Lambda behind the dead-letter queue. @throws {BadSettings} */
export const deadLetterSettings = (env: Environment) => readSettings({ ...JOBS, ...DISCORD }, env);
