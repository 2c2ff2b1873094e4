import * as v from 'valibot';

/** `CUSTOM_ID_KEY`: see {@link customIdKeys}. */
export const CUSTOM_ID_SETTING = {
  CUSTOM_ID_KEY: v.pipe(v.optional(v.string()), v.description('a secret that signs buttons, or several separated by commas, of which the first signs; the bot token when not set')),
};

/**
 * The keys that sign buttons: `CUSTOM_ID_KEY`, else the bot token. Gateway, webhook and worker must agree, and all of them
 * have the token.
 *
 * With the token as the key, resetting it kills the buttons of before: they say so, and ✨ and the message commands still
 * work. Set `CUSTOM_ID_KEY` once (`openssl rand -hex 32`) and buttons outlive resets; put a new key before the old one,
 * with a comma, and they outlive that change too.
 */
export function customIdKeys(settings: { readonly CUSTOM_ID_KEY?: string | undefined; readonly DISCORD_TOKEN: string }): readonly [string, ...string[]] {
  const [first, ...others] = (settings.CUSTOM_ID_KEY ?? '').split(',').map((key) => key.trim()).filter((key) => key !== '');
  return first === undefined ? [settings.DISCORD_TOKEN] : [first, ...others];
}
