import { Client, Events, GatewayDispatchEvents, GatewayIntentBits } from 'discord.js';
import { allCommands, registerCommands } from '../commands/register-commands.ts';
import { reasonOf } from '../log.ts';
import type { LatePorts } from '../ports.ts';
import { handleReaction } from '../reactions/handle-reaction.ts';
import type { Discord } from '../rest/discord.ts';
import { answerInteraction } from './answer-interaction.ts';
import { createDebounce } from '../reactions/debounce.ts';
import { type MemberRoles, managesServer, mayReplyIn } from './channel-access.ts';

/** Whoever reacts again and again to what they may not do is told so often. */
const TELL_AGAIN_MS = 10 * 60_000;

export interface Gateway {
  readonly applicationId: string;
  readonly botUserId: string;
  /** Rejects when Discord ends the session for good: a token that was reset, an intent that was taken away. */
  readonly ended: Promise<never>;
  /** Leaves the gateway and waits for what is being handled. */
  close(): Promise<void>;
}

/**
 * Logs in, brings the commands in line, and handles interactions and reactions until closed.
 *
 * Payloads are taken raw: the same handlers then serve the webhook, and a reaction under a message from before the start
 * needs none of discord.js's caches (nor its partials). Its client does what it is best at: sessions, heartbeats,
 * resuming, and knowing the channels.
 */
export async function runGateway({ token, api, discord, ports: others }: { token: string; api: string; discord: Discord; ports: Omit<LatePorts, 'discord'> }): Promise<Gateway> {
  const ports = { ...others, discord };
  const { log } = ports;
  const client = new Client({
    rest: { api },
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions, GatewayIntentBits.DirectMessageReactions],
    allowedMentions: { parse: [] },
  });
  const handling = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const tracked = work.catch((error: unknown) => log.error({ event: 'event:handle:failed', reason: reasonOf(error) }, 'an event could not be handled'));
    handling.add(tracked);
    void tracked.finally(() => handling.delete(tracked));
  };
  const ended = sessionEnd(client);
  client.on(Events.Error, (error) => log.error({ event: 'gateway:client:failed', reason: reasonOf(error) }, 'discord.js reports an error'));
  client.on(Events.ShardError, (error) => log.warn({ event: 'gateway:socket:failed', reason: reasonOf(error) }, 'the gateway’s socket failed'));
  client.on(Events.ShardReconnecting, (shard) => log.info({ event: 'gateway:reconnect:started', shard }, 'the gateway is reconnecting'));
  client.on(Events.ShardResume, (shard) => log.info({ event: 'gateway:resume:done', shard }, 'the gateway has resumed'));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (raw: unknown) => track(answerInteraction(raw, ports, discord)));

  const ready = await logIn(client, token, ended);
  const reactionPorts = { ...ports, botUserId: ready.user.id, mayReplyIn: (channelId: string) => mayReplyIn(ready, channelId, log), managesServer: (member: MemberRoles) => managesServer(ready, member, log), mayTell: createDebounce(TELL_AGAIN_MS) };
  client.ws.on(GatewayDispatchEvents.MessageReactionAdd, (raw: unknown) => track(handleReaction(raw, reactionPorts)));

  const registration = await registerCommands(discord, ready.application.id, allCommands(ports.model));
  log.info({ event: `commands:register:${registration}`, application: ready.application.id, guilds: ready.guilds.cache.size }, 'the bot is there');

  return {
    applicationId: ready.application.id,
    botUserId: ready.user.id,
    ended,
    async close() {
      // discord.js says so of sockets that it closes itself, too.
      client.removeAllListeners(Events.ShardReconnecting);
      await client.destroy();
      await Promise.all(handling);
    },
  };
}

async function logIn(client: Client, token: string, ended: Promise<never>): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  return Promise.race([ready, ended]);
}

function sessionEnd(client: Client): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    client.on(Events.ShardDisconnect, ({ code }) => reject(new SessionEnded(code)));
    client.on(Events.Invalidated, () => reject(new SessionEnded(undefined)));
  });
  // Whoever waits on it hears of it; nobody need.
  ended.catch(() => undefined);
  return ended;
}

/** Discord closed the gateway session and will not take it up again. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
  constructor(readonly code: number | undefined) {
    super(`Discord ended the gateway session for good${code === undefined ? '' : ` (close code ${code})`}: check the bot token and the application's intents`);
  }
}
