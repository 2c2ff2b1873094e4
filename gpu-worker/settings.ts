import * as v from 'valibot';
import { CUSTOM_ID_SETTING } from '../bot/custom-id/custom-id-keys.ts';
import { PROVIDER_WISHES } from './sdxl/provider/choose-form.ts';
import { DISCORD_SETTINGS, type Environment, STACK_SETTINGS, readSettings, wholeNumber } from '../core/settings.ts';
import { ESRGAN, NO_NETWORK } from './upscaling/open-upscaler.ts';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** A text that need not be there. */
const text = (purpose: string) => v.pipe(v.optional(v.string()), v.description(purpose));
const address = (purpose: string) => v.pipe(v.optional(v.pipe(v.string(), v.url())), v.description(purpose));
const textOr = (byDefault: string, purpose: string) => v.pipe(v.optional(v.string(), byDefault), v.description(purpose));
const oneOf = <const O extends readonly string[]>(options: O, byDefault: O[number], purpose: string) =>
  v.pipe(v.optional(v.picklist(options), byDefault), v.description(`${purpose}: ${options.join(', ')}`));

const WORKER_SETTINGS = {
  ...STACK_SETTINGS,
  DISCORD_TOKEN: DISCORD_SETTINGS.DISCORD_TOKEN,
  DISCORD_API_BASE: DISCORD_SETTINGS.DISCORD_API_BASE,
  ...CUSTOM_ID_SETTING,
  REFINERY_MODEL: textOr('demo', 'the id of the model that is opened at the start; the others when somebody asks for them'),
  MODELS_DIR: text('the folder of models (default models): NAME/base and NAME/refiner, folders in diffusers’ layout, or NAME.safetensors'),
  LORAS_DIR: text('the folder of LoRA files, and folders of them (default MODELS_DIR/loras)'),
  REFINERY_OPEN_MODELS_GB: wholeNumber(16, { min: 1, max: 2048 }, 'for how many gigabytes of weights models stay open, so that asking for them again takes no time; the one in use does anyway'),
  REFINERY_PROVIDER: oneOf(PROVIDER_WISHES, 'auto', 'what to paint on; auto: a GPU where one works, the CPU otherwise'),
  REFINERY_UPSCALER: textOr(ESRGAN, `what enlarges pictures: ${ESRGAN}, which ships; ${NO_NETWORK}, which needs no network; or the NAME of a file in MODELS_DIR, upscalers/NAME.safetensors`),
  REFINERY_SLOTS: wholeNumber(1, { min: 1, max: 10 }, 'how many jobs to work on at once'),
  VISIBILITY_TIMEOUT_SECONDS: wholeNumber(60, { min: 2, max: 43_200 }, 'for how many seconds a message stays hidden between heartbeats'),
  DRAIN_SECONDS: wholeNumber(25, { min: 1, max: 3600 }, 'for how many seconds a stopping worker waits for its last step'),
  HEALTH_FILE: text('a file to touch while the worker is alive'),
  AWS_ENDPOINT_URL_S3: address('where S3 is, when it is not AWS'),
  ECS_AGENT_URI: address('where the ECS container agent is; ECS sets it'),
  REFINERY_SCREENING: oneOf(['on', 'off'], 'on', 'whether pictures are screened before they are posted; servers set how strictly'),
  C2PA_CERTIFICATE: text('a PEM file: the certificate to sign pictures with, then those that vouch for it; or its text'),
  C2PA_KEY: text('a PEM file: the key of that certificate; or its text'),
  LOG_LEVEL: oneOf(LEVELS, 'info', 'what to log'),
};

/** Everything the worker reads from its environment. @throws {BadSettings} */
export function readWorkerSettings(env: Environment) {
  return readSettings(WORKER_SETTINGS, env);
}

export type WorkerSettings = ReturnType<typeof readWorkerSettings>;

/** For `--help`: every variable and what it must be. */
export function describeWorkerSettings(): string {
  return Object.entries(WORKER_SETTINGS)
    .map(([name, schema]) => `  ${name.padEnd(28)}${purposeOf(schema)}`)
    .join('\n');
}

/** A description stands on the setting itself or, when core gave it a default, on what that wraps. */
function purposeOf(schema: v.GenericSchema | v.OptionalSchema<v.GenericSchema, unknown>): string {
  return v.getDescription(schema) ?? ('wrapped' in schema ? v.getDescription(schema.wrapped) : undefined) ?? '';
}
