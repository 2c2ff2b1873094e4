import type { ReceiveRequest } from './broker.ts';
import type { Message } from './message.ts';

interface Waiting {
  readonly request: ReceiveRequest;
  readonly end: (messages: readonly Message[]) => void;
  readonly fail: (error: Error) => void;
}

/** Receives that wait for a message, by queue, the longest-waiting first. */
export class WaitingReceives {
  readonly #byQueue = new Map<string, Set<Waiting>>();

  has(queueName: string): boolean {
    return (this.#byQueue.get(queueName)?.size ?? 0) > 0;
  }

  /** Resolves with messages, or with none when the time is over or the client has gone. */
  add(queueName: string, request: ReceiveRequest, gone: AbortSignal): Promise<readonly Message[]> {
    if (gone.aborted) return Promise.resolve([]);
    const all = this.#byQueue.get(queueName) ?? new Set();
    this.#byQueue.set(queueName, all);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', giveUp);
        all.delete(waiting);
      };
      const waiting: Waiting = {
        request,
        end: (messages) => {
          leave();
          resolve(messages);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const giveUp = (): void => waiting.end([]);
      const timer = setTimeout(giveUp, request.waitSeconds * 1000);
      gone.addEventListener('abort', giveUp, { once: true });
      all.add(waiting);
    });
  }

  /** Offers each waiting receive what `take` finds for it, until it finds nothing. */
  serve(queueName: string, take: (request: ReceiveRequest) => readonly Message[]): void {
    for (const waiting of this.#byQueue.get(queueName) ?? []) {
      const messages = take(waiting.request);
      if (messages.length === 0) return;
      waiting.end(messages);
    }
  }

  rejectAll(queueName: string, error: Error): void {
    for (const waiting of this.#byQueue.get(queueName) ?? []) waiting.fail(error);
  }

  close(): void {
    for (const all of this.#byQueue.values()) for (const waiting of all) waiting.end([]);
  }
}
