/** Everything around the workers of a storm: AWS and Discord on loopback, the bot in a process of its own, a crowd of people. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { APIMessage } from 'discord-api-types/v10';
import type { Ledger } from '../../core/ledger.ts';
import { type LocalDiscord, type LocalDiscordOptions, startLocalDiscord } from '../../infra/local/discord/local-discord.ts';
import type { LocalState } from '../../infra/local/discord/page-protocol.ts';
import { LocalUser } from '../../infra/local/local-user.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';
import { type BuiltProcesses, buildProcesses } from '../built-processes.ts';
import { type LogLine, type RunningProcess, startProcess } from './processes.ts';

export interface StormWorld {
  readonly built: BuiltProcesses;
  readonly stack: TestStack;
  readonly discord: LocalDiscord;
  readonly ledger: Ledger;
  readonly state: LocalState;
  /** Ada, who manages the server. */
  readonly admin: LocalUser;
  readonly members: readonly LocalUser[];
  /** For processes of ours: endpoints, names and tokens. */
  readonly env: Readonly<Record<string, string>>;
  /** All messages of a channel that everybody sees, newest first. */
  messages(channelId: string): Promise<readonly APIMessage[]>;
  /** Whether no message is left on the jobs' queue and on that of dead letters, hidden ones included. */
  isQuiet(): Promise<boolean>;
  close(): Promise<void>;
}

export interface StormWorldOptions extends Pick<LocalDiscordOptions, 'rateLimits' | 'now'> {
  readonly members: number;
  /** Told what the bot's process logs. */
  readonly onBotLine?: (line: LogLine) => void;
  /** Is told the world's environment before the bot starts. */
  readonly prepare?: (env: Readonly<Record<string, string>>) => Promise<void>;
  /** What the bot's process gets instead of the world's own: addresses of a slower AWS, say. */
  readonly botEnv?: (env: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** How long people wait for an answer; not Discord's three seconds, since a loaded machine is not what is on trial. */
  readonly answerWithinMs?: number;
}

const PATIENT_MS = 30_000;
const PAGE = 100;

export async function startStormWorld({ members, onBotLine = () => undefined, answerWithinMs = PATIENT_MS, rateLimits = true, now = Date.now, prepare, botEnv = (env) => env }: StormWorldOptions): Promise<StormWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'refinery-storm-'));
  const [built, stack, discord] = await Promise.all([buildProcesses(), startTestStack(), startLocalDiscord({ port: 0, dataDir, crowd: members, answerWithinMs, rateLimits, now })]);
  const env = {
    ...stack.env,
    DISCORD_TOKEN: discord.token,
    DISCORD_APPLICATION_ID: discord.applicationId,
    DISCORD_PUBLIC_KEY: discord.publicKey,
    DISCORD_API_BASE: discord.apiBase,
  };
  await prepare?.(env);
  const bot = await startBot(built, botEnv(env), onBotLine);
  const admin = await LocalUser.named(discord.url, 'Ada');
  const state = await admin.state();
  const crowd = state.users.filter(({ displayName }) => displayName.startsWith('Member ')).map(({ id }) => new LocalUser(discord.url, id));

  return {
    built,
    stack,
    discord,
    ledger: stack.ledger(),
    state,
    admin,
    members: crowd,
    env,
    messages: (channelId) => allMessages(discord.url, admin.id, channelId),
    isQuiet: async () => {
      const counts = await Promise.all([stack.names.JOBS_QUEUE_URL, stack.names.DEAD_LETTER_QUEUE_URL].map((url) => messagesOn(stack, url)));
      return counts.every((count) => count === 0);
    },
    close: async () => {
      bot.kill('SIGTERM');
      await Promise.race([bot.exited, sleep(10_000)]);
      bot.kill('SIGKILL');
      await Promise.all([stack.close(), discord.close(), built.remove()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startBot(built: BuiltProcesses, env: Readonly<Record<string, string>>, onLine: (line: LogLine) => void): Promise<RunningProcess> {
  let said = '';
  return new Promise((resolve, reject) => {
    const bot = startProcess(built, 'bot/gateway/main.ts', env, (line) => {
      said += `${line.msg}\n`;
      onLine(line);
      if (line.msg === 'the bot is there') resolve(bot);
    });
    void bot.exited.then((how) => reject(new Error(`the bot ended at once (${how}):\n${said}`)));
  });
}

async function messagesOn({ clients }: TestStack, url: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
  const { Attributes = {} } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }));
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

async function allMessages(url: string, userId: string, channelId: string): Promise<readonly APIMessage[]> {
  const all: APIMessage[] = [];
  for (;;) {
    const before = all.at(-1)?.id;
    const query = new URLSearchParams({ user: userId, limit: String(PAGE), ...(before !== undefined && { before }) });
    const page = (await (await fetch(`${url}/local/channels/${channelId}/messages?${query}`)).json()) as APIMessage[];
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

export function channelNamed({ channels }: LocalState, name: string): string {
  const found = channels.find((channel) => channel.name === name);
  if (!found) throw new Error(`there is no channel ${name}`);
  return found.id;
}
