import type { APIApplicationCommandOptionChoice, APIInteractionResponse } from 'discord-api-types/v10';
import type { Card } from '../cards/card.ts';
import type { LatePorts, Ports } from '../ports.ts';
import type { Upload } from '../rest/discord.ts';
import type { AutocompleteInteraction, CommandInteraction, ComponentInteraction, MessageCommandInteraction, ModalInteraction } from './interaction.ts';

/**
 * An answer that may take longer than the three seconds that Discord waits; it may take minutes. Discord gets a deferred one
 * at once, and later the card in its place: from the gateway's process, or over HTTP from whoever watches the queue of late
 * answers (bot/late-answers), who runs the handler once more. Hence a handler only reads before its `later`, and what `later`
 * writes does no harm when it is written twice.
 */
export interface LateAnswer {
  /** What it throws is logged and told as a failure. */
  readonly later: (ports: LatePorts) => Promise<Card | CardWithFiles>;
  /** What stands there until then; "is thinking…", for the asker alone, when absent. `{ type: 6 }` leaves the message whose button was pressed as it is, and the card takes its place. */
  readonly meanwhile?: APIInteractionResponse;
}

/** A card and the files that its attachments name. */
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
