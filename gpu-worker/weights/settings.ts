import { resolve } from 'node:path';
import * as v from 'valibot';
import { type Environment, readSettings } from '../../core/settings.ts';

const SETTINGS = {
  // The worker looks in the same place when it is not told another.
  MODELS_DIR: v.pipe(v.optional(v.string(), 'models'), v.description('the folder that holds the models')),
  HF_ENDPOINT: v.pipe(
    v.optional(v.pipe(v.string(), v.check(isPlainAddress)), 'https://huggingface.co'),
    v.description('the address of the hub or of a mirror, http or https, without a user name in it'),
  ),
  // What cannot stand in a header would otherwise be quoted, whole, by the error that fetch throws.
  HF_TOKEN: v.pipe(v.optional(v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))), v.description('an access token of the hub, as its settings page shows it')),
};

/** Where models are kept and where they come from. */
export interface WeightsSettings {
  /** Absolute path. */
  readonly modelsDir: string;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
}

/** Reads MODELS_DIR, HF_ENDPOINT and HF_TOKEN. @throws {BadSettings} */
export function readWeightsSettings(env: Environment): WeightsSettings {
  const { MODELS_DIR, HF_ENDPOINT, HF_TOKEN } = readSettings(SETTINGS, env);
  return { modelsDir: resolve(MODELS_DIR), endpoint: HF_ENDPOINT.replace(/\/+$/, ''), token: HF_TOKEN };
}

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
