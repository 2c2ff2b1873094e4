/** The gateway: sessions of bots, and what each of them hears. https://discord.com/developers/docs/events/gateway */
import { ApplicationFlags, GatewayIntentBits as G, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { APIInteraction } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { DiscordEvent } from '../events.ts';
import { viewMember } from '../messages/member-view.ts';
import { viewUser } from '../messages/user-view.ts';
import { channelPermissions, may } from '../permissions.ts';
import { viewChannel, viewGuild } from '../rest/channel-view.ts';
import type { ApplicationRecord } from '../store/records.ts';
import { guildIdOf, theGuild, userOf } from '../world.ts';
import type { World } from '../world.ts';
import { parseIdentify, parseMembersRequest, parseResume } from './client-payload.ts';
import type { CLOSE } from './close-codes.ts';
import { Connection } from './connection.ts';
import type { Sessions } from './connection.ts';
import { toDispatch } from './dispatches.ts';
import { ALL_INTENTS, PRIVILEGED_INTENTS, hears, shardHears } from './intents.ts';
import { Session } from './session.ts';

/** How long a lost session can be resumed. */
const RESUMABLE_MS = 120_000;

export class Gateway implements Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Set<Connection>();
  readonly #stopListening: () => void;

  constructor(
    private readonly world: World,
    /** Intents of the privileged kind that the application was granted. */
    private readonly granted: number,
  ) {
    this.#stopListening = world.events.listen((event) => this.#tell(event));
  }

  accept(socket: WebSocket, query: URLSearchParams): void {
    const connection = new Connection(socket, this, query);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }

  /** Hands an interaction to the bot's sessions, those among them that may yet resume; false when there is none. */
  deliver(interaction: APIInteraction): boolean {
    this.#forgetLost();
    const heard = [...this.#sessions.values()].filter((session) => session.botUserId === interaction.application_id && shardHears(session.shard, interaction.guild_id));
    for (const session of heard) session.dispatch('INTERACTION_CREATE', interaction);
    return heard.length > 0;
  }

  identify(data: unknown, connect: (session: Session) => void): keyof typeof CLOSE | undefined {
    const wanted = parseIdentify(data);
    if (wanted === undefined) return 'decodeError';
    const application = this.#applicationOf(wanted.token);
    if (application === undefined) return 'authenticationFailed';
    const [shard, count] = wanted.shard;
    if (shard >= count) return 'invalidShard';
    if (wanted.intents < 0 || (wanted.intents & ~ALL_INTENTS) !== 0) return 'invalidIntents';
    if ((wanted.intents & PRIVILEGED_INTENTS & ~this.granted) !== 0) return 'disallowedIntents';
    const session = new Session(application.botUserId, wanted.token, wanted.intents, [shard, count]);
    this.#sessions.set(session.id, session);
    connect(session);
    this.#greet(session, application);
    this.#setPresence(application.botUserId);
    return undefined;
  }

  resume(data: unknown): { readonly session: Session; readonly sequence: number } | undefined {
    const wanted = parseResume(data);
    this.#forgetLost();
    const session = wanted === undefined ? undefined : this.#sessions.get(wanted.session_id);
    if (wanted === undefined || session === undefined || session.token !== wanted.token) return undefined;
    queueMicrotask(() => this.#setPresence(session.botUserId));
    return { session, sequence: wanted.seq };
  }

  membersAsked(session: Session, data: unknown): void {
    const request = parseMembersRequest(data);
    if (request === undefined) return;
    const ids = request.user_ids === undefined ? undefined : [request.user_ids].flat();
    const members = [...this.world.store.members.values()].filter(({ userId }) =>
      ids === undefined ? userOf(this.world, userId).username.startsWith(request.query ?? '') : ids.includes(userId),
    );
    const found = members.slice(0, request.limit > 0 ? request.limit : members.length);
    session.dispatch('GUILD_MEMBERS_CHUNK', {
      guild_id: request.guild_id,
      members: found.map((member) => viewMember(this.world, member)),
      chunk_index: 0,
      chunk_count: 1,
      not_found: (ids ?? []).filter((id) => this.world.store.members.get(id) === undefined),
      ...(request.nonce !== undefined && { nonce: request.nonce }),
    });
  }

  lost(session: Session, resumable: boolean): void {
    session.disconnect(Date.now());
    if (!resumable) this.#sessions.delete(session.id);
    this.#forgetLost();
    this.#setPresence(session.botUserId);
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const connection of this.#connections) connection.drop();
  }

  close(): void {
    this.#stopListening();
    for (const connection of this.#connections) connection.askToReconnect();
  }

  #forgetLost(): void {
    for (const [id, { lostAt }] of this.#sessions) if (lostAt !== undefined && Date.now() - lostAt > RESUMABLE_MS) this.#sessions.delete(id);
  }

  #applicationOf(token: string): ApplicationRecord | undefined {
    return [...this.world.store.applications.values()].find((application) => application.token === token.replace(/^Bot /, ''));
  }

  #greet(session: Session, application: ApplicationRecord): void {
    const { world } = this;
    const guild = theGuild(world);
    const hasGuild = shardHears(session.shard, guild.id);
    const flags = (this.granted & G.MessageContent) === 0 ? 0 : ApplicationFlags.GatewayMessageContentLimited;
    session.dispatch('READY', {
      v: 10,
      user: { ...viewUser(userOf(world, session.botUserId)), verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: hasGuild ? [{ id: guild.id, unavailable: true }] : [],
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: `${world.origin().replace('http:', 'ws:')}/gateway`,
      shard: session.shard,
      application: { id: application.id, flags },
      private_channels: [],
      _trace: ['local'],
    });
    if (!hasGuild || (session.intents & G.Guilds) === 0) return;
    const channels = [...world.store.channels.values()].filter((channel) => channel.kind === 'text' && may(channelPermissions(world, session.botUserId, channel), P.ViewChannel));
    const members = [...world.store.members.values()];
    session.dispatch('GUILD_CREATE', {
      ...viewGuild(world, guild),
      joined_at: new Date(members.find(({ userId }) => userId === session.botUserId)?.joinedAt ?? 0).toISOString(),
      large: false,
      unavailable: false,
      member_count: members.length,
      // Without the intent GUILD_MEMBERS a bot is told of itself alone.
      members: members.filter(({ userId }) => userId === session.botUserId || (session.intents & G.GuildMembers) !== 0).map((member) => viewMember(world, member)),
      channels: channels.map((channel) => viewChannel(world, channel, session.botUserId)),
      threads: [],
      presences: [],
      voice_states: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    });
  }

  #tell(event: DiscordEvent): void {
    for (const session of this.#sessions.values()) {
      const told = toDispatch(this.world, event, session.botUserId, (session.intents & G.MessageContent) !== 0);
      const channel = told === undefined ? undefined : this.world.store.channels.get(told.channelId);
      if (told === undefined || channel === undefined) continue;
      if (!may(channelPermissions(this.world, session.botUserId, channel), P.ViewChannel)) continue;
      if (!hears(session.intents, told.event, channel.kind === 'dm') || !shardHears(session.shard, guildIdOf(this.world, channel))) continue;
      session.dispatch(told.event, told.data);
    }
  }

  #setPresence(userId: string): void {
    const online = [...this.#sessions.values()].some((session) => session.botUserId === userId && session.connected);
    if (online === this.world.online.has(userId)) return;
    if (online) this.world.online.add(userId);
    else this.world.online.delete(userId);
    this.world.events.emit({ type: 'presence:changed', userId });
  }
}
