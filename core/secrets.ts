/**
 * Secrets that are kept in SSM as SecureStrings. A function's environment is shown to whoever may look at the function, so it
 * has `DISCORD_TOKEN_PARAMETER`, the name of a parameter, in place of `DISCORD_TOKEN`. Where the secret itself is set, nothing is read.
 */
import { BadSettings, type Environment } from './settings.ts';

const SUFFIX = '_PARAMETER';
/** A token that was reset is known everywhere after this. */
const FRESH_FOR_MS = 5 * 60_000;

/** Gives the parameters' values by name; those that are not there are left out. */
export type ReadParameters = (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * The environment with each `X_PARAMETER` resolved to `X`.
 * @throws {BadSettings} naming every parameter that is not there; and whatever the AWS client throws
 */
export async function readSecrets(env: Environment, read: ReadParameters = readFromSsm): Promise<Environment> {
  const wanted = Object.entries(env).flatMap(([name, parameter]) => {
    const secret = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
    return secret !== '' && parameter && !env[secret] ? [{ secret, parameter }] : [];
  });
  if (wanted.length === 0) return env;
  const values = await read(wanted.map(({ parameter }) => parameter));
  const missing = wanted.filter(({ parameter }) => !values.has(parameter));
  if (missing.length > 0) {
    const lines = missing.map(({ secret, parameter }) => `  ${parameter}, which shall hold ${secret}`);
    throw new BadSettings(`SSM has no parameter\n${lines.join('\n')}\n\`npx serverless discord token\` puts them there.`);
  }
  return { ...env, ...Object.fromEntries(wanted.map(({ secret, parameter }) => [secret, values.get(parameter)])) };
}

export interface Freshness {
  readonly env: Environment;
  readonly now?: () => number;
  readonly read?: ReadParameters;
}

/**
 * Opens what needs secrets when it is first asked for, and opens it anew when a secret has changed since. They are looked at
 * again every five minutes; if SSM does not answer then, what is open stays in use.
 */
export function openWithSecrets<T>(open: (env: Environment) => T, { env, now = Date.now, read = readFromSsm }: Freshness): () => Promise<T> {
  let opened: { readonly of: string; readonly it: T; readonly at: number } | undefined;

  async function renew(): Promise<T> {
    const secrets = await readSecrets(env, read);
    const of = JSON.stringify(secrets);
    opened = { of, it: opened?.of === of ? opened.it : open(secrets), at: now() };
    return opened.it;
  }

  return async () => {
    if (!opened) return renew();
    if (now() - opened.at < FRESH_FOR_MS) return opened.it;
    const last = opened;
    return renew().catch(() => {
      opened = { ...last, at: now() };
      return last.it;
    });
  };
}

/** Loaded here, so that nobody waits for the client who needs no secret. (A package that is imported so loses its names in the bundle; a module of ours does not.) */
const readFromSsm: ReadParameters = async (names) => (await import('./read-parameters.ts')).readParameters(names);
