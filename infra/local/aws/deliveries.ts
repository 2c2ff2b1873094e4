import type { Socket } from 'node:net';

/**
 * Finds out whether an answer was read, as far as TCP can tell.
 *
 * A client that hangs up while its answer is on the way resets the connection; one that has read it closes in peace, or goes on to
 * its next request. A close in peace and a reset can look the same from here ("end"), but writing into a reset one fails.
 */
export class Deliveries {
  readonly #watched = new WeakMap<Socket, () => void>();

  /** Another request on the same connection: what was answered before has been read. */
  confirm(socket: Socket): void {
    this.#watched.get(socket)?.();
  }

  /** Calls `lost`, once, when it turns out that the answer just written has not been read. */
  watch(socket: Socket, lost: () => void): void {
    const stop = (): void => {
      socket.off('error', fail).off('close', onClose).off('end', probe);
      this.#watched.delete(socket);
    };
    const fail = (): void => {
      stop();
      lost();
    };
    const onClose = (hadError: boolean): void => (hadError ? fail() : stop());
    // Nobody is left to read these two bytes; before a next response they would mean nothing.
    const probe = (): void => void socket.write('\r\n', (error) => (error ? fail() : stop()));
    this.#watched.set(socket, stop);
    // Ahead of the server's own listener, which closes our side.
    socket.once('error', fail).once('close', onClose).prependOnceListener('end', probe);
  }
}
