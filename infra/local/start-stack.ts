import path from 'node:path';
import pretty from 'pino-pretty';
import { startLocalAws } from './aws/start-local-aws.ts';
import { type AwsClients, clientsFor } from './aws-clients.ts';
import { type Child, type Crash, superviseChild } from './child.ts';
import { type StackEnvironment, createStack } from './create-stack.ts';
import { startLocalDiscord } from './discord/local-discord.ts';
import { type Application, freePort, setInteractionsEndpoint } from './interactions-endpoint.ts';

export interface StackOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly logs: 'plain' | 'json';
  readonly delivery: 'gateway' | 'http';
  /** Log only what went wrong. */
  readonly headless: boolean;
  /** A part refused to start and will not be started again; its own last words are in the log. */
  readonly onHopeless: (error: Error) => void;
}

export interface Address {
  readonly name: string;
  readonly url: string;
  readonly note?: string;
}

export interface RunningStack {
  readonly addresses: readonly Address[];
  /** Where the local Discord listens; undefined with a real one. */
  readonly localDiscord: string | undefined;
  readonly clients: AwsClients;
  readonly names: StackEnvironment;
  close(): Promise<void>;
}

/** A killed worker's picture is offered again after so long: on one machine nobody wants to wait a minute. */
const LOCAL_VISIBILITY_SECONDS = '20';

/** Node 20 is what we promise; that next year's SDK will want a later one is for us to read, not for whoever runs this. */
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Starts AWS and Discord in this process, the bot and the worker in processes of their own. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  Object.assign(process.env, QUIET_SDK);
  const discord = await openDiscord(options);
  const aws = await startLocalAws({ dataDir: path.join(options.dataDir, 'aws') }).catch(async (error: unknown) => {
    await discord.close();
    throw error;
  });
  const clients = clientsFor(aws.env);
  const names = await createStack(clients);
  const env = {
    ...aws.env,
    ...names,
    ...discord.env,
    VISIBILITY_TIMEOUT_SECONDS: process.env.VISIBILITY_TIMEOUT_SECONDS ?? LOCAL_VISIBILITY_SECONDS,
    ...(options.headless && { LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' }),
  };
  const children = [startPart('bot', 'bot/gateway/main.ts', env, options), startPart('worker', 'gpu-worker/main.ts', env, options)];
  if (discord.application) children.push(...(await startDelivery(discord.application, env, options)));

  return {
    addresses: [
      discord.address,
      { name: 'SQS', url: aws.sqs },
      { name: 'S3', url: aws.s3 },
      { name: 'DynamoDB', url: aws.dynamodb },
    ],
    localDiscord: discord.local,
    clients,
    names,
    async close() {
      await Promise.all(children.map((child) => child.stop()));
      await discord.close();
      clients.destroy();
      await aws.close();
    },
  };
}

/** The child that takes interactions over HTTP, if they are to come that way. */
async function startDelivery(application: Application, env: Readonly<Record<string, string>>, options: StackOptions): Promise<readonly Child[]> {
  if (options.delivery === 'gateway') {
    await setInteractionsEndpoint(application, null);
    return [];
  }
  const port = await freePort();
  const functions = startPart('functions', 'infra/local/function-url.ts', { ...env, PORT: String(port) }, options);
  await setInteractionsEndpoint(application, `http://127.0.0.1:${port}/`);
  return [functions];
}

interface DiscordInUse {
  readonly local: string | undefined;
  /** The local Discord's one; a real one's endpoint is not ours to change. */
  readonly application: Application | undefined;
  readonly address: Address;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The real Discord when a token is set, else one of our own. */
async function openDiscord({ port, dataDir }: StackOptions): Promise<DiscordInUse> {
  if (process.env.DISCORD_TOKEN) {
    const url = process.env.DISCORD_API_BASE ?? 'https://discord.com/api';
    return { local: undefined, application: undefined, address: { name: 'Discord', url, note: 'your own' }, env: {}, close: async () => undefined };
  }
  const discord = await startLocalDiscord({ port, dataDir: path.join(dataDir, 'discord') });
  return {
    local: discord.url,
    application: discord,
    address: { name: 'Page', url: discord.url, note: 'open it and type /imagine a red house under a yellow sun' },
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_PUBLIC_KEY: discord.publicKey,
      DISCORD_API_BASE: discord.apiBase,
    },
    close: () => discord.close(),
  };
}

function startPart(name: string, entry: string, env: Readonly<Record<string, string>>, options: StackOptions): Child {
  return superviseChild({
    name,
    entry,
    env,
    onOutput(stdout, stderr) {
      if (options.logs === 'json') stdout.pipe(process.stdout, { end: false });
      else stdout.pipe(pretty({ ignore: 'pid,hostname,part,time', messageFormat: `${name}: {msg}`, destination: 2, sync: true, colorize: process.stderr.isTTY === true }));
      stderr.pipe(process.stderr, { end: false });
    },
    onCrash: (crash) => reportCrash(crash, options.onHopeless),
  });
}

function reportCrash({ name, how, hopeless }: Crash, onHopeless: (error: Error) => void): void {
  if (hopeless) onHopeless(new Error(`the ${name} cannot start: see its message above`));
  else process.stderr.write(`the ${name} ended unexpectedly (${how}); it is started again\n`);
}
