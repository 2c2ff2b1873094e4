import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIMessage } from 'discord-api-types/v10';
import { runGateway } from '../../bot/gateway/run-gateway.ts';
import { createCustomIds } from '../../bot/custom-id/custom-ids.ts';
import { createDiscord } from '../../bot/rest/discord.ts';
import { examineWithoutPixels } from '../../bot/verify/examine-without-pixels.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import { DEMO } from '../../core/model.ts';
import { type LocalDiscord, startLocalDiscord } from '../../infra/local/discord/local-discord.ts';
import type { LocalOptionValue, LocalState } from '../../infra/local/discord/page-protocol.ts';
import { LocalUser } from '../../infra/local/local-user.ts';
import { type TestStack, startTestStack } from '../local-stack.ts';

/** All that surrounds a worker: AWS and Discord on loopback, the bot on its gateway, and people. */
export interface LocalWorld {
  readonly stack: TestStack;
  readonly discord: LocalDiscord;
  readonly ledger: Ledger;
  readonly max: LocalUser;
  readonly state: LocalState;
  /** The id of `#imagine`. */
  readonly channelId: string;
  /** Moves the clock that Discord and the ledger go by. */
  advance(milliseconds: number): void;
  now(): number;
  /** `/imagine` by Max; the job is on the queue when this resolves. */
  imagine(options?: Readonly<Record<string, string | number | boolean>>): Promise<string>;
  /** Oldest first, without what people wrote. */
  posts(): Promise<readonly APIMessage[]>;
  /** Those of them that show finished pictures. */
  pictures(): Promise<readonly APIMessage[]>;
  /** Waits until the job's row satisfies. */
  until(jobId: string, holds: (row: JobRow) => boolean): Promise<JobRow>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 25;

export async function startLocalWorld(): Promise<LocalWorld> {
  let offset = 0;
  const now = () => Date.now() + offset;
  const dataDir = await mkdtemp(join(tmpdir(), 'refinery-discord-'));
  const [stack, discord] = await Promise.all([startTestStack(), startLocalDiscord({ port: 0, dataDir, now, rateLimits: false })]);
  const ledger = stack.ledger({ now });
  const rest = createDiscord({ token: discord.token, api: discord.apiBase });
  const quiet = { info() {}, warn() {}, error() {} };
  const gateway = await runGateway({
    token: discord.token,
    api: discord.apiBase,
    discord: rest,
    ports: { ledger, queue: stack.queue, pictures: stack.pictures, examinePicture: examineWithoutPixels, model: DEMO, now, randomSeed: () => 7, customIds: createCustomIds([discord.token]), log: quiet },
  });
  const max = await LocalUser.named(discord.url, 'Max');
  const state = await max.state();
  const channelId = idOf(state.channels, 'imagine');
  const command = idOf(state.commands, 'imagine');

  const posts = async () => (await max.messages(channelId)).filter(({ author }) => author.bot).toReversed();
  return {
    stack,
    discord,
    ledger,
    max,
    state,
    channelId,
    now,
    advance: (milliseconds) => (offset += milliseconds),
    imagine: async (options = {}) => {
      const asked = { prompt: 'a red house under a yellow sun', steps: 4, ...options };
      const values: LocalOptionValue[] = Object.entries(asked).map(([name, value]) => ({ name, value }));
      const outcome = await max.interact({ kind: 'command', channelId, commandId: command, options: values });
      if (outcome.outcome !== 'answered') throw new Error(`the bot did not answer: ${JSON.stringify(outcome)}`);
      return outcome.interactionId;
    },
    posts,
    pictures: async () => (await posts()).filter(({ attachments }) => attachments.some(({ filename }) => /^(?:SPOILER_)?refinery-/.test(filename))),
    until: async (jobId, holds) => {
      for (;;) {
        const row = await ledger.find(jobId);
        if (row && holds(row)) return row;
        await sleep(LOOK_EVERY_MS);
      }
    },
    close: async () => {
      await gateway.close();
      await Promise.all([stack.close(), discord.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function idOf(named: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const found = named.find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.id;
}
