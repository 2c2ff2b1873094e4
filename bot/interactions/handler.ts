import type { APIApplicationCommandOptionChoice, APIInteractionResponse } from 'discord-api-types/v10';
import type { Card } from '../cards/card.ts';
import type { Ports } from '../ports.ts';
import type { Upload } from '../rest/discord.ts';
import type { AutocompleteInteraction, CommandInteraction, ComponentInteraction, MessageCommandInteraction, ModalInteraction } from './interaction.ts';

/**
 * An answer that may take longer than the three seconds that Discord waits, and that only the asker sees. The gateway
 * sends a deferred one ("is thinking…") and then the card in its place. The webhook waits for the card as long as it can
 * and sends only that, as a Lambda stops when it has answered.
 */
export interface LateAnswer {
  /** Called once. What it throws is logged and told as a failure. */
  readonly later: () => Promise<Card | CardWithFiles>;
}

/** A card and the files that its attachments name. It must say enough without them: the webhook leaves them out. */
export interface CardWithFiles {
  readonly card: Card;
  readonly files: readonly Upload[];
}

export type Answer = APIInteractionResponse | LateAnswer;

export type CommandHandler = (interaction: CommandInteraction, ports: Ports) => Promise<Answer>;
export type MessageCommandHandler = (interaction: MessageCommandInteraction, ports: Ports) => Promise<Answer>;
/** `args` are those that the custom id was written with. */
export type ComponentHandler = (interaction: ComponentInteraction, args: readonly string[], ports: Ports) => Promise<Answer>;
export type ModalHandler = (interaction: ModalInteraction, args: readonly string[], ports: Ports) => Promise<Answer>;
/** At most 25 choices (https://discord.com/developers/docs/interactions/application-commands#autocomplete); more are cut off. */
export type AutocompleteHandler = (interaction: AutocompleteInteraction, ports: Ports) => Promise<readonly APIApplicationCommandOptionChoice[]>;
