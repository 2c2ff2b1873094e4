import type { ClientEvent, LocalEvent } from '../../page-protocol.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
/** The server's close code for a user that it does not know: the data folder was deleted since. */
const UNKNOWN_USER = 4404;

/** A socket that comes back: it reconnects after 0.5 s, then twice as long each time up to 5 s, at once when the tab is looked at again. */
export class LiveSocket {
  #socket: WebSocket | undefined;
  #retryMs = FIRST_RETRY_MS;
  #timer: number | undefined;
  #stopped = false;

  constructor(
    private readonly url: string,
    private readonly onEvent: (event: LocalEvent) => void,
    private readonly onLost: () => void,
    /** The server knows no such user; there is nothing to reconnect to. */
    private readonly onUnknownUser: () => void,
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', this.#wake);
    window.addEventListener('online', this.#wake);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#wake);
    window.removeEventListener('online', this.#wake);
    this.#socket?.close();
  }

  /** Says it if the socket is open; typing is not worth keeping for later. */
  say(event: ClientEvent): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  readonly #wake = (): void => {
    if (this.#timer === undefined || document.visibilityState === 'hidden') return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #connect(): void {
    this.#timer = undefined;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#retryMs = FIRST_RETRY_MS;
      // The server is part of the same program and its types: what it says is not parsed again.
      if (typeof data === 'string') this.onEvent(JSON.parse(data) as LocalEvent);
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#stopped) return;
      if (code === UNKNOWN_USER) return this.onUnknownUser();
      this.onLost();
      this.#timer = window.setTimeout(() => this.#connect(), this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    });
  }
}
