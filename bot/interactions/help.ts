import { helpCard } from '../cards/help-card.ts';
import { ephemerally } from './answers.ts';
import type { CommandHandler } from './handler.ts';

export const help: CommandHandler = async ({ userId, guildId, memberRoleIds }, { ledger, model }) => ephemerally(helpCard(model, await ledger.balance(userId, guildId, memberRoleIds)));
