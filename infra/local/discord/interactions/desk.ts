/**
 * Where interactions wait for their answer: opened by a local user, delivered to the application, answered within three
 * seconds or missed. What the answer does is `answer.ts`.
 */
import type { APIApplicationCommandOptionChoice, APIInteraction, APIModalInteractionResponseCallbackData, InteractionType } from 'discord-api-types/v10';
import { MessageFlags } from 'discord-api-types/v10';
import type { InteractionRecord } from '../store/records.ts';
import { theApplication } from '../world.ts';
import type { World } from '../world.ts';
import { viewInteraction } from './payload.ts';
import { TOKEN_LIFETIME_MS, newToken } from './token.ts';

export const ANSWER_WITHIN_MS = 3000;

/** What came of it, as far as the local user's client can tell. */
export type Outcome =
  | { readonly outcome: 'answered'; readonly interactionId: string; readonly messageId: string | null }
  | { readonly outcome: 'choices'; readonly interactionId: string; readonly choices: readonly APIApplicationCommandOptionChoice[] }
  | { readonly outcome: 'modal'; readonly interactionId: string; readonly modal: APIModalInteractionResponseCallbackData }
  | { readonly outcome: 'failed'; readonly interactionId: string; readonly message: string };

/** Hands an interaction to the application; rejects or returns false when it cannot be reached. */
export type Deliver = (interaction: APIInteraction) => Promise<boolean>;

export interface NewInteraction {
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly commandName: string | null;
  readonly sourceMessageId: string | null;
  readonly triggerId: string | null;
  readonly targetId: string | null;
  readonly data: unknown;
}

export class InteractionDesk {
  readonly #waiting = new Map<string, { settle: (outcome: Outcome) => void; timer: NodeJS.Timeout; readonly until: number }>();
  readonly #tokenTimers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly world: World,
    private readonly deliver: Deliver,
    private readonly answerWithinMs: number = ANSWER_WITHIN_MS,
  ) {}

  /** Sends an interaction and waits for what comes of it. Never rejects. */
  async open({ data, ...about }: NewInteraction): Promise<Outcome> {
    const { world } = this;
    const id = world.ids.next();
    const interaction: InteractionRecord = {
      ...about,
      id,
      token: newToken(id),
      applicationId: theApplication(world).id,
      createdAt: world.now(),
      state: 'unanswered',
      originalMessageId: null,
      modal: null,
    };
    world.store.interactions.put(id, interaction);
    const outcome = new Promise<Outcome>((settle) => {
      this.#waiting.set(id, { settle, timer: setTimeout(() => this.miss(id), this.answerWithinMs), until: Date.now() + this.answerWithinMs });
    });
    const delivered = await this.deliver(viewInteraction(world, interaction, data)).catch(() => false);
    if (!delivered) this.miss(id);
    return outcome;
  }

  isWaiting(interactionId: string): boolean {
    return this.#waiting.has(interactionId);
  }

  /** An answer was taken up but refused in the end: there may be another, if there is time. */
  reopen(interaction: InteractionRecord): void {
    this.world.store.interactions.put(interaction.id, interaction);
    const waiting = this.#waiting.get(interaction.id);
    if (waiting === undefined || Date.now() >= waiting.until) this.miss(interaction.id);
  }

  settle(outcome: Outcome): void {
    const waiting = this.#waiting.get(outcome.interactionId);
    if (waiting === undefined) return;
    this.#waiting.delete(outcome.interactionId);
    clearTimeout(waiting.timer);
    waiting.settle(outcome);
  }

  /** The interaction was not answered in time, or could not be delivered. */
  miss(interactionId: string): void {
    const interaction = this.world.store.interactions.get(interactionId);
    if (interaction === undefined || interaction.state !== 'unanswered') return;
    const missed: InteractionRecord = { ...interaction, state: 'missed' };
    this.world.store.interactions.put(interactionId, missed);
    this.#tell(missed, null);
  }

  /** Tells the user when a deferred reply is never filled in. */
  watchDeferred(interaction: InteractionRecord, messageId: string): void {
    const timer = setTimeout(() => {
      this.#tokenTimers.delete(timer);
      const message = this.world.store.messages.get(interaction.channelId, messageId);
      if (message !== undefined && (message.flags & MessageFlags.Loading) !== 0) this.#tell(interaction, messageId);
    }, TOKEN_LIFETIME_MS);
    timer.unref();
    this.#tokenTimers.add(timer);
  }

  close(): void {
    for (const [id, { settle, timer }] of this.#waiting) {
      clearTimeout(timer);
      settle({ outcome: 'failed', interactionId: id, message: 'Discord is shutting down' });
    }
    this.#waiting.clear();
    for (const timer of this.#tokenTimers) clearTimeout(timer);
  }

  #tell(interaction: InteractionRecord, messageId: string | null): void {
    // Discord's client words it differently for buttons.
    const message = interaction.sourceMessageId === null ? 'The application did not respond' : 'This interaction failed';
    this.settle({ outcome: 'failed', interactionId: interaction.id, message });
    this.world.events.emit({ type: 'interaction:failed', interaction, messageId, message });
  }
}
