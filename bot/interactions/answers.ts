import type { APIInteractionResponse } from 'discord-api-types/v10';
import type { Card } from '../cards/card.ts';
import type { Refusal } from '../cards/refusal-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';

/** Seen only by the asker: https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const ephemeral = { flags: 64 } as const;

/** An answer that everyone in the channel sees. */
export function openly(card: Card): APIInteractionResponse {
  return { type: 4, data: card };
}

/** An answer that only the asker sees. */
export function ephemerally(card: Card): APIInteractionResponse {
  return { type: 4, data: { ...card, ...ephemeral } };
}

/** Puts a card in the place of the message whose button was pressed. */
export function inPlace(card: Card): APIInteractionResponse {
  return { type: 7, data: card };
}

export function refuse(refusal: Refusal): APIInteractionResponse {
  return ephemerally(refusalCard(refusal));
}
