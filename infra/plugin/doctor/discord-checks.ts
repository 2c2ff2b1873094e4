import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Discord } from '../../../bot/rest/discord.ts';
import { allCommands, commandsDiffer } from '../../../bot/commands/register-commands.ts';
import type { Model } from '../../../core/model.ts';
import type { Application } from '../application.ts';
import { type Check, absent, ill, well } from './check.ts';

export interface DiscordPatient {
  readonly application: Application;
  readonly discord: Pick<Discord, 'commands'>;
  readonly model: Model;
  /** As SSM has it. */
  readonly publicKey: string | undefined;
  /** Where the stack takes interactions; undefined before it is deployed. */
  readonly endpoint: string | undefined;
  readonly fetch: typeof fetch;
}

/** What the bot does in channels. */
const NEEDED = {
  'View Channels': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Embed Links': PermissionFlagsBits.EmbedLinks,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Add Reactions': PermissionFlagsBits.AddReactions,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
};
const ALL_NEEDED = Object.values(NEEDED).reduce((all, one) => all | one, 0n);
const PROBE_TIMEOUT_MS = 5000;

/** Everything about the bot at Discord. */
export function discordChecks({ application, discord, model, publicKey, endpoint, fetch: request }: DiscordPatient): readonly Check[] {
  return [
    {
      name: 'bot token',
      async look() {
        const { name } = await application.view();
        return well(`Discord knows it: ${name}`);
      },
    },
    {
      name: 'public key',
      async look() {
        const { verify_key: key } = await application.view();
        if (publicKey === key) return well('SSM has the one that Discord signs with');
        return ill('SSM has another than Discord signs with, so every interaction is refused', 'npx serverless discord token, then npx serverless deploy');
      },
    },
    {
      name: 'gateway and intents',
      async look() {
        const { remaining, resetAfterMs } = await application.sessions();
        if (remaining === 0) return ill('Discord takes no more logins', `wait ${Math.ceil(resetAfterMs / 60_000)} minutes, and see in the gateway's log why it logs in so often`);
        return well(`${remaining} logins left today; reactions need no privileged intent`);
      },
    },
    {
      name: 'permissions',
      async look() {
        const [{ id }, guilds] = await Promise.all([application.view(), application.guilds()]);
        const invite = `https://discord.com/oauth2/authorize?client_id=${id}&scope=bot+applications.commands&permissions=${ALL_NEEDED}`;
        if (guilds.length === 0) return ill('the bot is in no server', `open ${invite}`);
        const lacking = guilds.flatMap(({ name, permissions }) => {
          if ((permissions & PermissionFlagsBits.Administrator) !== 0n) return [];
          const lacks = Object.entries(NEEDED).filter(([, bit]) => (permissions & bit) === 0n);
          return lacks.length > 0 ? [`${name} lacks ${lacks.map(([need]) => need).join(', ')}`] : [];
        });
        return lacking.length > 0 ? ill(lacking.join('; '), `open ${invite}`) : well(`all there, in ${guilds.length === 1 ? 'one server' : `${guilds.length} servers`}`);
      },
    },
    {
      name: 'commands',
      async look() {
        const { id } = await application.view();
        const differ = commandsDiffer(await discord.commands(id), allCommands(model));
        return differ ? ill('Discord has others than this version', 'npx serverless discord register') : well('Discord has those of this version');
      },
    },
    {
      name: 'interactions endpoint',
      async look() {
        if (endpoint === undefined) return absent('the stack is not deployed', 'npx serverless deploy');
        const { interactions_endpoint_url: current } = await application.view();
        if (current !== endpoint) return ill(current === null ? 'none is set: interactions go to the gateway' : 'Discord has another', 'npx serverless discord endpoint');
        const status = await probe(endpoint, request);
        if (status !== 401) return ill(`it answers ${status} to a wrong signature, and not 401`, 'look at the log of receive-interaction, and deploy again');
        // Setting the same URL again makes Discord send its own probes: only it can sign rightly.
        await application.setEndpoint(endpoint);
        return well('it refuses a wrong signature and passes Discord’s probe with a right one');
      },
    },
  ];
}

/** The status that a ping with a signature that cannot be right gets. */
async function probe(url: string, request: typeof fetch): Promise<number | string> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature-ed25519': '0'.repeat(128), 'x-signature-timestamp': String(Math.floor(Date.now() / 1000)) },
      body: '{"type":1}',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      redirect: 'error',
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 'nothing';
  }
}
