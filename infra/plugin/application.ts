/** The bot's application at Discord, from its operator's side. https://discord.com/developers/docs/resources/application */
import { DiscordAPIError, REST } from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';
import * as v from 'valibot';
import { REFUSED_TOKEN, Unready } from './unready.ts';

const application = v.object({ id: v.string(), name: v.string(), verify_key: v.string(), interactions_endpoint_url: v.nullish(v.string(), null) });
const guilds = v.array(v.object({ id: v.string(), name: v.string(), permissions: v.pipe(v.string(), v.regex(/^\d+$/), v.transform((bits) => BigInt(bits))) }));
const gatewayBot = v.object({ session_start_limit: v.object({ remaining: v.number(), reset_after: v.number() }) });

export type ApplicationView = v.InferOutput<typeof application>;

export interface Application {
  /** @throws {Unready} when Discord refuses the token */
  view(): Promise<ApplicationView>;
  /** Discord probes the URL with a right and a wrong signature before it takes it. @throws {Unready} when it does not pass */
  setEndpoint(url: string): Promise<void>;
  guilds(): Promise<v.InferOutput<typeof guilds>>;
  /** How often the gateway may still be logged in to, and when that begins anew, in milliseconds. */
  sessions(): Promise<{ readonly remaining: number; readonly resetAfterMs: number }>;
}

export function openApplication({ token, api }: { readonly token: string; readonly api: string }): Application {
  const rest = new REST({ version: '10', api, retries: 1 }).setToken(token);
  return {
    view: async () => v.parse(application, await telling(() => rest.get(Routes.currentApplication()))),
    async setEndpoint(url) {
      await telling(() => rest.patch(Routes.currentApplication(), { body: { interactions_endpoint_url: url } }));
    },
    guilds: async () => v.parse(guilds, await telling(() => rest.get(Routes.userGuilds()))),
    async sessions() {
      const { session_start_limit: limit } = v.parse(gatewayBot, await telling(() => rest.get(Routes.gatewayBot())));
      return { remaining: limit.remaining, resetAfterMs: limit.reset_after };
    },
  };
}

async function telling<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof DiscordAPIError)) throw new Unready('Discord does not answer; try again in a minute.', { cause });
    if (cause.status === 401) throw new Unready(REFUSED_TOKEN, { cause });
    if (cause.status === 400) throw new Unready('Discord’s probe of the interactions endpoint failed: it must answer a signed ping and refuse a wrong signature. The log of receive-interaction says what came.', { cause });
    throw new Unready(`Discord refuses (${cause.status}).`, { cause });
  }
}
