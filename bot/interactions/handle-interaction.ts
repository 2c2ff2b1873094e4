import type { Card } from '../cards/card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { refuse } from './answers.ts';
import type { Answer } from './handler.ts';
import { AUTOCOMPLETES, COMMANDS, COMPONENTS, MESSAGE_COMMANDS, MODALS } from './handlers.ts';
import type { AutocompleteInteraction, CommandInteraction, ComponentInteraction, ModalInteraction } from './interaction.ts';
import { parseInteraction } from './parse-interaction.ts';

/** https://discord.com/developers/docs/interactions/application-commands#autocomplete */
const MOST_CHOICES = 25;

/**
 * Answers an interaction, as the gateway or the webhook delivers it (an `APIInteraction`; it is parsed here).
 * Whatever happens there is an answer: an error is logged and told as one.
 * @param receivedAt epoch milliseconds at which it came
 */
export async function handleInteraction(raw: unknown, ports: Ports, receivedAt = ports.now()): Promise<Answer> {
  const interaction = parseInteraction(raw, receivedAt);
  switch (interaction.kind) {
    case 'ping':
      return { type: 1 };
    case 'unreadable':
      ports.log.warn({ event: 'interaction:parse:failed', field: interaction.field }, 'an interaction could not be read');
      return refuse({ kind: 'unreadable' });
    case 'autocomplete':
      return complete(interaction, ports);
    case 'command':
      return runCommand(interaction, ports);
    case 'message-command': {
      const handler = own(MESSAGE_COMMANDS, interaction.name);
      return handler ? attempt(interaction.id, interaction.name, ports, () => handler(interaction, ports)) : refuse({ kind: 'unknown-command' });
    }
    case 'component':
      return runByCustomId(interaction, COMPONENTS, ports);
    case 'modal':
      return runByCustomId(interaction, MODALS, ports);
  }
}

async function runCommand(interaction: CommandInteraction, ports: Ports): Promise<Answer> {
  const { id, name, subcommand } = interaction;
  const full = [name, ...subcommand].join(' ');
  const handler = own(COMMANDS, full) ?? own(COMMANDS, name);
  return handler ? attempt(id, full, ports, () => handler(interaction, ports)) : refuse({ kind: 'unknown-command' });
}

async function complete(interaction: AutocompleteInteraction, ports: Ports): Promise<Answer> {
  const { id, name, subcommand, focused } = interaction;
  const handler = own(AUTOCOMPLETES, [name, ...subcommand, focused.name].join(' ')) ?? own(AUTOCOMPLETES, `${name} ${focused.name}`);
  try {
    const choices = (await handler?.(interaction, ports)) ?? [];
    return { type: 8, data: { choices: choices.slice(0, MOST_CHOICES) } };
  } catch (error) {
    logFailure(id, `${name} ${focused.name}`, error, ports);
    return { type: 8, data: { choices: [] } };
  }
}

/** Buttons, menus and modals find their handler by what their custom id says. */
async function runByCustomId<I extends ComponentInteraction | ModalInteraction>(
  interaction: I,
  handlers: Readonly<Record<string, (interaction: I, args: readonly string[], ports: Ports) => Promise<Answer>>>,
  ports: Ports,
): Promise<Answer> {
  const read = ports.customIds.read(interaction.customId);
  if (read.kind === 'other-version') return refuse({ kind: 'other-version' });
  if (read.kind === 'not-signed') return refuse({ kind: 'not-signed' });
  const handler = own(handlers, read.action);
  return handler ? attempt(interaction.id, read.action, ports, () => handler(interaction, read.args, ports)) : refuse({ kind: 'other-version' });
}

async function attempt(id: string, what: string, ports: Ports, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    logFailure(id, what, error, ports);
    return refuse({ kind: 'broke' });
  }
}

/** What somebody is told whose late answer came to nothing. */
export function broken(interaction: string, error: unknown, ports: Ports): Card {
  logFailure(interaction, 'late answer', error, ports);
  return refusalCard({ kind: 'broke' });
}

function logFailure(interaction: string, command: string, error: unknown, { log }: Ports): void {
  log.error({ event: 'command:run:failed', command, interaction, reason: reasonOf(error) }, 'a command failed');
}

/** Names come from Discord: `constructor` must find nothing. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
