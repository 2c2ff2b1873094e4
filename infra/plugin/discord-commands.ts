import { allCommands, registerCommands } from '../../bot/commands/register-commands.ts';
import { createDiscord } from '../../bot/rest/discord.ts';
import { findModel } from '../../core/model.ts';
import type { Account } from './account.ts';
import { openApplication } from './application.ts';
import { awsChecks } from './doctor/aws-checks.ts';
import { discordChecks } from './doctor/discord-checks.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { type ParameterNames, parameterNames } from './parameter-names.ts';
import { storeToken } from './store-token.ts';
import { Unready } from './unready.ts';

/** The stage at hand. */
export interface Stage {
  readonly stage: string;
  readonly region: string;
  readonly stackName: string;
  readonly model: string;
  readonly maxWorkers: number;
  /** Discord's API, without the version. */
  readonly api: string;
}

/** What stands behind `serverless discord token|register|endpoint|doctor`. */
export interface DiscordCommands {
  token(token: string): Promise<void>;
  /** Brings the slash commands in line, if they differ. */
  register(): Promise<void>;
  /** Has Discord send interactions to the stack. */
  endpoint(): Promise<void>;
  /** @returns how many things need mending */
  doctor(): Promise<number>;
}

export function discordCommands(at: Stage, account: Account, print: (line: string) => void): DiscordCommands {
  const names = parameterNames(at.stage);
  return {
    async token(token) {
      const name = await storeToken(token, names, account, openApplication({ token, api: at.api }));
      print(`SSM has what ${at.stage} needs to know of ${name}. Functions take it within five minutes; tasks when they start.`);
    },
    async register() {
      const token = await storedToken(names, account);
      const { id } = await openApplication({ token, api: at.api }).view();
      const commands = allCommands(modelOf(at));
      const done = await registerCommands(createDiscord({ token, api: at.api }), id, commands);
      print(done === 'unchanged' ? `Discord has all ${commands.length} commands as they are` : `Discord has ${commands.length} commands now`);
    },
    async endpoint() {
      const token = await storedToken(names, account);
      const url = endpointOf(await account.stackOutputs(at.stackName));
      if (url === undefined) throw new Unready(`There is no stack ${at.stackName} yet: npx serverless deploy.`);
      const application = openApplication({ token, api: at.api });
      const { interactions_endpoint_url: current } = await application.view();
      if (current !== url) await application.setEndpoint(url);
      print(current === url ? `Discord sends interactions to ${url} as it is` : `Discord sends interactions to ${url} now`);
    },
    async doctor() {
      const [token, publicKey, outputs] = await Promise.all([account.parameter(names.token), account.parameter(names.publicKey), account.stackOutputs(at.stackName)]);
      const aws = awsChecks({ account, names, outputs, model: at.model, maxWorkers: at.maxWorkers, region: at.region });
      if (token === undefined) {
        const none = { name: 'bot token', look: () => storedToken(names, account).then(() => ({ kind: 'well', says: 'there' }) as const) };
        return runDoctor([none, ...aws], print);
      }
      const application = openApplication({ token, api: at.api });
      const discord = discordChecks({ application, discord: createDiscord({ token, api: at.api, retries: 1 }), model: modelOf(at), publicKey, endpoint: endpointOf(outputs), fetch });
      return runDoctor([...discord, ...aws], print);
    },
  };
}

async function storedToken({ token: name }: ParameterNames, account: Pick<Account, 'parameter'>): Promise<string> {
  const token = await account.parameter(name);
  if (token === undefined) throw new Unready(`SSM has no ${name}: npx serverless discord token.`);
  return token;
}

function endpointOf(outputs: ReadonlyMap<string, string> | undefined): string | undefined {
  const url = outputs?.get('HttpApiUrl');
  return url === undefined ? undefined : `${url}/interactions`;
}

function modelOf({ model }: Stage) {
  const found = findModel(model);
  if (!found) throw new Unready(`There is no model ${model}: see --param="model=…".`);
  return found;
}
