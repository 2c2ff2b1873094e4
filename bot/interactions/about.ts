import { aboutCard } from '../cards/about-card.ts';
import { ephemerally } from './answers.ts';
import type { CommandHandler } from './handler.ts';

export const about: CommandHandler = async (_, { model }) => ephemerally(aboutCard(model));
