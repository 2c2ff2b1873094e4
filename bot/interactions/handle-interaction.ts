import type { APIInteractionResponse } from 'discord-api-types/v10';
import { helpCard } from '../cards/help-card.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { ephemerally, refuse } from './answers.ts';
import { imagine } from './imagine.ts';
import type { CommandInteraction } from './interaction.ts';
import { parseInteraction } from './interaction.ts';

type Handler = (interaction: CommandInteraction, ports: Ports) => Promise<APIInteractionResponse>;

const COMMANDS: Readonly<Record<string, Handler>> = {
  imagine,
  help: async ({ userId, guildId }, { ledger, model }) => ephemerally(helpCard(model, await ledger.balance(userId, guildId))),
};

/**
 * Answers an interaction, as the gateway or the webhook delivers it (an `APIInteraction`; it is parsed here).
 * Whatever happens there is an answer: an error is logged and told as one.
 */
export async function handleInteraction(raw: unknown, ports: Ports): Promise<APIInteractionResponse> {
  const interaction = parseInteraction(raw);
  switch (interaction.kind) {
    case 'ping':
      return { type: 1 };
    case 'autocomplete':
      return { type: 8, data: { choices: [] } };
    case 'unreadable':
      ports.log.warn({ event: 'interaction:parse:failed', field: interaction.field }, 'an interaction could not be read');
      return refuse({ kind: 'unreadable' });
    case 'command':
      return runCommand(interaction, ports);
  }
}

async function runCommand(interaction: CommandInteraction, ports: Ports): Promise<APIInteractionResponse> {
  const handler = Object.hasOwn(COMMANDS, interaction.name) ? COMMANDS[interaction.name] : undefined;
  if (!handler) return refuse({ kind: 'unknown-command' });
  try {
    return await handler(interaction, ports);
  } catch (error) {
    ports.log.error({ event: 'command:run:failed', command: interaction.name, interaction: interaction.id, reason: reasonOf(error) }, 'a command failed');
    return refuse({ kind: 'broke' });
  }
}
