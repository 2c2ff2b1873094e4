/** Puts payloads on the wire as the client asked for them: JSON text, or JSON compressed. https://discord.com/developers/docs/events/gateway#encoding-and-compression */
import { constants, createDeflate, deflateSync } from 'node:zlib';
import type { Deflate } from 'node:zlib';
import type { WebSocket } from 'ws';

export class Transport {
  /** One deflate stream for the whole connection (`?compress=zlib-stream`), each payload ended with a sync flush. */
  readonly #stream: Deflate | undefined;
  /** Each payload deflated alone (`"compress": true` in identify). */
  compressEach = false;
  #chunks: Buffer[] = [];

  constructor(
    private readonly socket: WebSocket,
    stream: boolean,
  ) {
    if (!stream) return;
    this.#stream = createDeflate({ flush: constants.Z_SYNC_FLUSH });
    this.#stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  send(payload: unknown): void {
    const text = JSON.stringify(payload);
    if (this.#stream !== undefined) {
      // Writes are flushed in order, so each callback finds its own payload's chunks and no other's.
      this.#stream.write(text, () => {
        const chunks = this.#chunks;
        this.#chunks = [];
        if (this.socket.readyState === this.socket.OPEN) this.socket.send(Buffer.concat(chunks));
      });
      return;
    }
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(this.compressEach ? deflateSync(text) : text);
  }

  close(): void {
    this.#stream?.destroy();
  }
}
