import type { ChildProcess } from 'node:child_process';
import { forkHost } from './fork-host.ts';
import { FeedSender } from './kept-feeds.ts';
import { ModelHostDied } from './model-host-died.ts';
import { parseAnswer } from './model-host-messages.ts';
import type { HostAnswer, HostRequest } from './model-host-messages.ts';
import type { OnRun, SessionHost } from './session-host.ts';
import type { SessionSource } from './session-options.ts';
import type { Session } from './session.ts';

/** How long a host may take to leave by itself before it is killed. */
const LEAVE_MS = 2_000;

type Request = { [K in HostRequest['kind']]: Omit<Extract<HostRequest, { kind: K }>, 'id'> }[HostRequest['kind']];

interface Pending {
  resolve(answer: HostAnswer): void;
  reject(error: Error): void;
}

/**
 * Keeps sessions in a child process, since a run blocks its event loop and a crash takes its process along.
 * When the child dies, every run that waits, and every later one, rejects with `ModelHostDied`.
 */
export class ModelHost implements SessionHost {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #onRun: OnRun;
  readonly #pending = new Map<number, Pending>();
  #ids = 0;
  #gone: Error | undefined;

  constructor(onRun: OnRun = () => {}, options: { readonly isQuiet?: boolean } = {}) {
    this.#onRun = onRun;
    this.#child = forkHost(options);
    this.#child.on('message', (message) => this.#settle(parseAnswer(message)));
    this.#exited = new Promise((resolve) => {
      const leave = (reason: ModelHostDied) => resolve(this.#die(reason));
      this.#child.on('exit', (code, signal) => leave(new ModelHostDied(code, signal)));
      this.#child.on('error', (cause) => leave(new ModelHostDied(null, null, { cause })));
    });
    // A host without work keeps nobody waiting: it leaves when this process does.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async open(source: SessionSource): Promise<Session> {
    const session = ++this.#ids;
    await this.#ask({ kind: 'open', session, source });
    const sender = new FeedSender();
    return {
      run: async (feeds, outputs) => {
        const answer = await this.#ask({ kind: 'run', session, feeds: sender.pack(feeds), outputs });
        if (answer.kind !== 'ran') throw new Error(`the model host answered a run with "${answer.kind}"`);
        this.#onRun({ session: source.name, insideMs: answer.insideMs });
        return answer.outputs;
      },
      close: async () => {
        if (this.#gone === undefined) await this.#ask({ kind: 'close', session });
      },
    };
  }

  /** Ends the child process; runs that still wait reject. */
  async close(): Promise<void> {
    const busy = this.#pending.size > 0;
    this.#die(new Error('the model was closed'));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    if (busy) this.#child.kill('SIGKILL'); // no run can be cancelled otherwise
    else if (this.#child.connected) this.#child.disconnect();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS);
    await this.#exited;
    clearTimeout(impatience);
  }

  #ask(request: Request): Promise<HostAnswer> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = ++this.#ids;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.channel?.ref();
      this.#child.send({ ...request, id }, (error) => {
        // When the child is gone, its exit event follows at once, and knows code and signal.
        if (error !== null && this.#child.connected) this.#settle({ kind: 'failed', id, message: error.message });
      });
    });
  }

  #settle(answer: HostAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#child.channel?.unref();
    if (answer.kind === 'failed') pending?.reject(new Error(answer.message));
    else pending?.resolve(answer);
  }

  #die(reason: Error): void {
    this.#gone ??= reason;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(this.#gone);
  }
}
