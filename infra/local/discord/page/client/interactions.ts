import type { InteractionOutcome, LocalChoice, LocalCommand, LocalInteraction, LocalMessage } from '../../page-protocol.ts';
import type { Calls } from './calls.ts';
import type { ClientState } from './client-state.ts';
import type { OwnEvent } from './reduce.ts';

type Of<Kind extends LocalInteraction['kind']> = Omit<Extract<LocalInteraction, { kind: Kind }>, 'kind'>;

interface Around {
  state(): ClientState;
  apply(event: OwnEvent): void;
  /** Tells the person if it fails. */
  attempt<T>(call: () => Promise<T>): Promise<T | undefined>;
}

/** A command that is answered sooner shows no "Sending the command…" line. */
const SENDING_SHOWS_AFTER_MS = 400;

/** What one user does with the bot: commands, buttons, selects, modals. Answers come as messages over the socket. */
export class Interactions {
  #keys = 0;

  constructor(
    private readonly calls: Calls,
    private readonly around: Around,
  ) {}

  /** Throws `CallFailed` when the server refuses an option, so that the field can be marked. */
  async runCommand(name: string, command: Of<'command'>, files: readonly File[]): Promise<void> {
    const key = `own-${this.#keys++}`;
    const line = { key, channelId: command.channelId, commandName: name, at: Date.now() };
    const timer = window.setTimeout(() => this.around.apply({ type: 'own:line', line: { ...line, state: { kind: 'sending' } } }), SENDING_SHOWS_AFTER_MS);
    const outcome = await this.calls.interact({ kind: 'command', ...command }, files).finally(() => {
      clearTimeout(timer);
      this.around.apply({ type: 'own:line-gone', key });
    });
    if (outcome.outcome === 'failed' && !this.#hasFailedMessage(outcome.interactionId)) {
      const { interactionId, message } = outcome;
      // The socket may have told of it already: with the same key this takes that line's place.
      this.around.apply({ type: 'own:line', line: { ...line, key: interactionId, state: { kind: 'failed', message } } });
    }
    this.#openModalOf(outcome);
  }

  /** Uses a command of the context menu on a message or a user. */
  async runOn(channelId: string, targetId: string, command: LocalCommand): Promise<void> {
    await this.around.attempt(() => this.runCommand(command.name, { channelId, commandId: command.id, targetId, options: [] }, []));
  }

  /** The choices for the option being typed; `failed` when the bot does not say within its 3 seconds. */
  async complete(request: Of<'autocomplete'>, signal: AbortSignal): Promise<readonly LocalChoice[] | 'failed'> {
    const outcome = await this.calls.interact({ kind: 'autocomplete', ...request }, [], signal);
    return outcome.outcome === 'choices' ? outcome.choices : 'failed';
  }

  /** Presses a button, or picks from a select. */
  async useComponent(message: LocalMessage, customId: string, values?: readonly string[]): Promise<void> {
    this.around.apply({ type: 'own:failure-gone', messageId: message.id });
    const press = { kind: 'component', channelId: message.channel_id, messageId: message.id, customId } as const;
    const outcome = await this.around.attempt(() => this.calls.interact(values === undefined ? press : { ...press, values }, []));
    if (outcome === undefined) return;
    if (outcome.outcome === 'failed') {
      const { interactionId, message: sentence } = outcome;
      this.around.apply({ type: 'own:failure', failure: { messageId: message.id, interactionId, message: sentence } });
    }
    this.#openModalOf(outcome);
  }

  closeModal(): void {
    this.around.apply({ type: 'own:modal', modal: null });
  }

  /** Sends what was filled in and closes the modal; else returns what went wrong, with the modal still open. Throws `CallFailed`. */
  async submitModal(interactionId: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<string | undefined> {
    const outcome = await this.calls.interact({ kind: 'modal', interactionId, fields }, []);
    if (outcome.outcome === 'failed') return outcome.message;
    this.closeModal();
    return undefined;
  }

  #openModalOf(outcome: InteractionOutcome): void {
    if (outcome.outcome !== 'modal') return;
    this.around.apply({ type: 'own:modal', modal: { interactionId: outcome.interactionId, modal: outcome.modal } });
  }

  #hasFailedMessage(interactionId: string): boolean {
    return this.around.state().failures.some((known) => known.interactionId === interactionId);
  }
}
