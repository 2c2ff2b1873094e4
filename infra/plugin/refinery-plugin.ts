import * as v from 'valibot';
import { type Account, type AwsConfig, openAccount } from './account.ts';
import { bundleFunction } from './bundle-function.ts';
import { type DiscordCommands, discordCommands } from './discord-commands.ts';
import { letMachinesGo } from './let-machines-go.ts';
import { parameterNames } from './parameter-names.ts';
import { prepare } from './prepare.ts';
import { readSecret } from './read-secret.ts';

/** As much of the Serverless Framework as the plugin uses (https://www.serverless.com/framework/docs/guides/plugins/creating-plugins). */
interface Serverless {
  readonly serviceDir: string;
  readonly service: { getAllFunctions(): readonly string[]; readonly custom: unknown };
  getProvider(name: 'aws'): {
    getStage(): string;
    getRegion(): string;
    readonly naming: { getStackName(): string };
    getAwsSdkV3Config(): Promise<AwsConfig>;
  };
}
interface PluginTools {
  readonly log: { notice(text: string): void };
}

const text = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
/** Under `custom` in serverless.yml. */
const choices = v.object({
  refinery: v.object({
    workerImage: text,
    gatewayImage: text,
    model: v.string(),
    maxWorkers: v.pipe(text, v.transform(Number)),
    reserveConcurrency: v.string(),
    reservedConcurrency: v.number(),
  }),
});

const COMMANDS = {
  token: 'Puts the bot token, asked for or from DISCORD_TOKEN, into SSM, with the public key and a key for buttons',
  register: 'Brings the slash commands at Discord in line with this version',
  endpoint: 'Has Discord send interactions to the deployed stack',
  doctor: 'Looks at token, intents, permissions, commands, endpoint, queues, table, images, weights and GPU quota, and says how to mend each',
} as const;

/** Bundles the functions before they are packed, looks before a deployment, and sets Discord up after it. */
export class RefineryPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly commands = {
    discord: {
      usage: 'Sets the bot up at Discord, and finds what is wrong',
      type: 'container',
      commands: Object.fromEntries(Object.entries(COMMANDS).map(([name, usage]) => [name, { usage, lifecycleEvents: ['run'] }])),
    },
  };

  constructor(serverless: Serverless, _options: unknown, { log }: PluginTools) {
    const notice = (line: string) => log.notice(line);
    const bundleAll = async () => {
      for (const name of serverless.service.getAllFunctions()) {
        const bytes = await bundleFunction(serverless.serviceDir, name);
        notice(`bundled ${name}: ${Math.round(bytes / 1024)} KiB`);
      }
    };
    const within = async <T>(act: (account: Account, commands: DiscordCommands) => Promise<T>): Promise<T> => {
      const provider = serverless.getProvider('aws');
      const { model, maxWorkers } = v.parse(choices, serverless.service.custom).refinery;
      const account = openAccount(await provider.getAwsSdkV3Config());
      const at = { stage: provider.getStage(), region: provider.getRegion(), stackName: provider.naming.getStackName(), model, maxWorkers, api: process.env.DISCORD_API_BASE ?? 'https://discord.com/api' };
      try {
        return await act(account, discordCommands(at, account, notice));
      } finally {
        account.close();
      }
    };

    this.hooks = {
      'before:package:createDeploymentArtifacts': bundleAll,
      'before:deploy:function:packageFunction': bundleAll,
      'before:deploy:deploy': () =>
        within((account) => {
          const provider = serverless.getProvider('aws');
          const { workerImage, gatewayImage, reserveConcurrency, reservedConcurrency } = v.parse(choices, serverless.service.custom).refinery;
          const reserved = reserveConcurrency === 'yes' ? reservedConcurrency : 0;
          return prepare({ stackName: provider.naming.getStackName(), names: parameterNames(provider.getStage()), workerImage, gatewayImage, reservedConcurrency: reserved }, account);
        }),
      'after:deploy:deploy': () =>
        within(async (_account, { register, endpoint }) => {
          await register();
          await endpoint();
        }),
      'before:remove:remove': () =>
        within(async (account) => {
          const outputs = await account.stackOutputs(serverless.getProvider('aws').naming.getStackName());
          const cluster = outputs?.get('ClusterName');
          if (cluster !== undefined) await letMachinesGo(cluster, account, notice);
          if (outputs) notice(`kept, with what is in them: table ${outputs.get('TableName')}, buckets ${outputs.get('PicturesBucket')} and ${outputs.get('ModelsBucket')}`);
        }),
      'discord:token:run': () => within(async (_account, { token }) => token(process.env.DISCORD_TOKEN ?? (await readSecret('Bot token (developer portal, Bot → Reset Token): ')))),
      'discord:register:run': () => within((_account, { register }) => register()),
      'discord:endpoint:run': () => within((_account, { endpoint }) => endpoint()),
      'discord:doctor:run': () =>
        within(async (_account, { doctor }) => {
          if ((await doctor()) > 0) process.exitCode = 1;
        }),
    };
  }
}
