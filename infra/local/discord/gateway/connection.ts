/** One client's connection to the gateway: hello, heartbeats, identify or resume, then events. https://discord.com/developers/docs/events/gateway#connection-lifecycle */
import { GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { CLOSE } from './close-codes.ts';
import { parsePayload } from './client-payload.ts';
import type { Session } from './session.ts';
import { Transport } from './transport.ts';

export const HEARTBEAT_INTERVAL_MS = 41_250;
const MAX_PAYLOADS_PER_MINUTE = 120;
const GOODBYE = 1000;
const GOING_AWAY = 1001;

/** What a connection asks of the gateway. */
export interface Sessions {
  /** Opens a session and greets it, or says why not. */
  identify(data: unknown, connect: (session: Session) => void): keyof typeof CLOSE | undefined;
  /** The session with what it missed; undefined when it cannot be resumed. */
  resume(data: unknown): { readonly session: Session; readonly sequence: number } | undefined;
  membersAsked(session: Session, data: unknown): void;
  lost(session: Session, resumable: boolean): void;
}

export class Connection {
  readonly #transport: Transport;
  #session: Session | undefined;
  #lastHeartbeat = Date.now();
  #payloads: number[] = [];
  readonly #watch: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly sessions: Sessions,
    query: URLSearchParams,
  ) {
    this.#transport = new Transport(socket, query.get('compress') === 'zlib-stream');
    this.#watch = setInterval(() => this.#checkHeartbeat(), HEARTBEAT_INTERVAL_MS);
    this.#watch.unref();
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : data.toString()));
    socket.on('close', (code) => this.#closed(code));
    socket.on('error', () => socket.terminate());
    if (query.get('v') !== '10') this.hangUp('invalidVersion');
    else if ((query.get('encoding') ?? 'json') !== 'json') this.hangUp('decodeError');
    else this.#send({ op: Op.Hello, d: { heartbeat_interval: HEARTBEAT_INTERVAL_MS, _trace: ['local'] } });
  }

  hangUp(reason: keyof typeof CLOSE): void {
    const [code, text] = CLOSE[reason];
    this.socket.close(code, text);
  }

  drop(): void {
    this.socket.terminate();
  }

  /** Asks the client to come back, as Discord does when it restarts. */
  askToReconnect(): void {
    this.#send({ op: Op.Reconnect, d: null });
  }

  #send(payload: { op: number; d?: unknown; s?: number | null; t?: string | null }): void {
    this.#transport.send({ t: null, s: null, d: null, ...payload });
  }

  #receive(text: string | undefined): void {
    const now = Date.now();
    this.#payloads = [...this.#payloads.filter((at) => now - at < 60_000), now];
    if (this.#payloads.length > MAX_PAYLOADS_PER_MINUTE) return this.hangUp('rateLimited');
    const payload = parsePayload(text);
    if (payload === undefined) return this.hangUp('decodeError');
    switch (payload.op) {
      case Op.Heartbeat:
        this.#lastHeartbeat = now;
        return this.#send({ op: Op.HeartbeatAck });
      case Op.Identify:
        return this.#identify(payload.d);
      case Op.Resume:
        return this.#resume(payload.d);
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
        return this.#session === undefined ? this.hangUp('notAuthenticated') : undefined;
      case Op.RequestGuildMembers:
        return this.#session === undefined ? this.hangUp('notAuthenticated') : this.sessions.membersAsked(this.#session, payload.d);
      default:
        return this.hangUp('unknownOpcode');
    }
  }

  #identify(data: unknown): void {
    if (this.#session !== undefined) return this.hangUp('alreadyAuthenticated');
    const refusal = this.sessions.identify(data, (session) => {
      this.#transport.compressEach = typeof data === 'object' && data !== null && 'compress' in data && data.compress === true;
      this.#attach(session);
    });
    if (refusal !== undefined) this.hangUp(refusal);
  }

  #resume(data: unknown): void {
    if (this.#session !== undefined) return this.hangUp('alreadyAuthenticated');
    const found = this.sessions.resume(data);
    const missed = found?.session.missedSince(found.sequence);
    if (found === undefined || missed === undefined) return this.#send({ op: Op.InvalidSession, d: false });
    for (const dispatch of missed) this.#transport.send(dispatch);
    this.#attach(found.session);
    found.session.dispatch('RESUMED', { _trace: ['local'] });
  }

  #attach(session: Session): void {
    this.#session = session;
    session.connect((dispatch) => this.#transport.send(dispatch));
  }

  #checkHeartbeat(): void {
    // One and a half intervals without a heartbeat: the client is gone, whatever TCP says.
    if (Date.now() - this.#lastHeartbeat > HEARTBEAT_INTERVAL_MS * 1.5) this.hangUp('sessionTimedOut');
  }

  #closed(code: number): void {
    clearInterval(this.#watch);
    this.#transport.close();
    // A client that says goodbye ends its session; any other way it may resume.
    if (this.#session !== undefined) this.sessions.lost(this.#session, code !== GOODBYE && code !== GOING_AWAY);
    this.#session = undefined;
  }
}
