/** Live sockets of people's clients: each is told what its user sees. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { DiscordEvent } from '../events.ts';
import { viewMessage, viewReactions } from '../messages/message-view.ts';
import type { LocalEvent } from '../page-protocol.ts';
import { channelPermissions, may } from '../permissions.ts';
import type { World } from '../world.ts';
import { parseClientEvent } from './client-body.ts';
import { LocalRefusal } from './local-refusal.ts';
import { usableCommands, viewState } from './state-view.ts';
import { whoAsks } from './who-asks.ts';

const UNKNOWN_USER = 4404;

export class LocalSockets {
  readonly #sockets = new Map<WebSocket, string>();
  readonly #stopListening: () => void;

  constructor(private readonly world: World) {
    this.#stopListening = world.events.listen((event) => this.#tell(event));
  }

  /** @param asked whose client it is; absent: the guild's owner's */
  accept(socket: WebSocket, asked: string | undefined): void {
    socket.on('error', () => socket.terminate());
    const userId = this.#identify(socket, asked);
    if (userId === undefined) return;
    this.#sockets.set(socket, userId);
    this.#setPresence(userId);
    send(socket, { type: 'ready', state: viewState(this.world, userId) });
    socket.on('message', (data) => {
      const event = parseClientEvent(data.toString());
      if (event !== undefined && this.#sees(userId, event.channelId)) this.world.events.emit({ type: 'typing:started', channelId: event.channelId, userId });
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#setPresence(userId);
    });
  }

  close(): void {
    this.#stopListening();
  }

  #identify(socket: WebSocket, asked: string | undefined): string | undefined {
    try {
      return whoAsks(this.world, asked).id;
    } catch (error) {
      socket.close(UNKNOWN_USER, error instanceof LocalRefusal ? error.message : 'unknown user');
      return undefined;
    }
  }

  #tell(event: DiscordEvent): void {
    for (const [socket, userId] of this.#sockets) {
      const told = this.#view(event, userId);
      if (told !== undefined) send(socket, told);
    }
  }

  #view(event: DiscordEvent, userId: string): LocalEvent | undefined {
    const { world } = this;
    switch (event.type) {
      case 'message:created':
      case 'message:updated':
      case 'message:deleted': {
        const { message } = event;
        if (!this.#sees(userId, message.channelId) || (message.visibleTo !== null && message.visibleTo !== userId)) return undefined;
        if (event.type === 'message:deleted') return { type: event.type, channelId: message.channelId, messageId: message.id };
        return { type: event.type, message: viewMessage(world, message, userId) };
      }
      case 'reaction:added':
      case 'reaction:removed':
      case 'reactions:cleared': {
        const { id, channelId, reactions } = event.message;
        return this.#sees(userId, channelId) ? { type: 'reactions:changed', channelId, messageId: id, reactions: viewReactions(reactions, userId) } : undefined;
      }
      case 'typing:started':
        return event.userId !== userId && this.#sees(userId, event.channelId) ? event : undefined;
      case 'commands:changed':
        return { type: 'commands:changed', commands: usableCommands(world, userId) };
      case 'interaction:failed': {
        const { interaction, messageId, message } = event;
        if (interaction.userId !== userId) return undefined;
        return { type: event.type, interactionId: interaction.id, channelId: interaction.channelId, messageId, commandName: interaction.commandName, message };
      }
      case 'channel:created':
      case 'channel:updated':
        return this.#sees(userId, event.channelId) ? { type: 'state:changed', state: viewState(world, userId) } : undefined;
      case 'channel:deleted': {
        const state = viewState(world, userId);
        return { type: 'state:changed', state: { ...state, channels: state.channels.filter(({ id }) => id !== event.channelId) } };
      }
      case 'presence:changed':
      case 'user:changed':
        return { type: 'state:changed', state: viewState(world, userId) };
    }
  }

  #sees(userId: string, channelId: string): boolean {
    const channel = this.world.store.channels.get(channelId);
    return channel !== undefined && may(channelPermissions(this.world, userId, channel), P.ViewChannel);
  }

  #setPresence(userId: string): void {
    const online = [...this.#sockets.values()].includes(userId);
    if (online === this.world.online.has(userId)) return;
    if (online) this.world.online.add(userId);
    else this.world.online.delete(userId);
    this.world.events.emit({ type: 'presence:changed', userId });
  }
}

function send(socket: WebSocket, event: LocalEvent): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(event));
}
