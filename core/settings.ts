import * as v from 'valibot';

/** The process's environment lacks a setting, or has one that cannot be used. The text says which, and what it is for. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings from environment variables; a schema's keys are the variables' names.
 * An empty variable counts as not set. Values never enter the error: a setting may be a secret.
 * @throws {BadSettings} naming every variable that does not fit
 */
export function readSettings<const S extends v.ObjectEntries>(entries: S, env: Environment): v.InferOutput<v.ObjectSchema<S, undefined>> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = v.safeParse(v.object(entries), present);
  if (result.success) return result.output;
  const lines = result.issues.map((issue) => {
    const name = v.getDotPath(issue) ?? 'environment';
    const problem = name in present ? 'cannot be used' : 'is not set';
    return `  ${name} ${problem}: it must be ${describe(entries, name)}`;
  });
  throw new BadSettings(`settings are missing:\n${lines.join('\n')}`);
}

function describe(entries: v.ObjectEntries, name: string): string {
  const schema = entries[name];
  return (schema && v.getDescription(schema)) ?? 'a text';
}

/** A setting that must be there; `purpose` completes "it must be …". */
export function required(purpose: string) {
  return v.pipe(v.string(), v.description(purpose));
}

/** A setting that is a whole number, with a default. */
export function wholeNumber(byDefault: number, { min, max }: { min: number; max: number }, purpose: string) {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(min), v.maxValue(max));
  return v.pipe(v.optional(digits, String(byDefault)), v.description(`${purpose}, ${min} to ${max}`));
}

/** Where jobs, credits and pictures are kept. */
export const STACK_SETTINGS = {
  JOBS_QUEUE_URL: required('the URL of the SQS queue that carries jobs'),
  TABLE_NAME: required('the name of the DynamoDB table that keeps jobs and credits'),
  PICTURES_BUCKET: required('the name of the S3 bucket that keeps pictures'),
};

/** Which Discord to speak to, and as whom. */
export const DISCORD_SETTINGS = {
  DISCORD_TOKEN: required('the bot token from the Discord developer portal (Bot → Reset Token)'),
  DISCORD_APPLICATION_ID: required('the application id from the Discord developer portal (General Information)'),
  DISCORD_API_BASE: v.pipe(v.optional(v.pipe(v.string(), v.url()), 'https://discord.com/api'), v.description('the base of the Discord API')),
};
