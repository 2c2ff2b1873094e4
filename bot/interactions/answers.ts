import type { APIInteractionResponse } from 'discord-api-types/v10';
import type { Card } from '../cards/card.ts';
import type { Refusal } from '../cards/refusal-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';

const EPHEMERAL = 64;

/** An answer that everyone in the channel sees. */
export function openly(card: Card): APIInteractionResponse {
  return { type: 4, data: card };
}

/** An answer that only the asker sees. */
export function ephemerally(card: Card): APIInteractionResponse {
  return { type: 4, data: { ...card, flags: EPHEMERAL } };
}

export function refuse(refusal: Refusal): APIInteractionResponse {
  return ephemerally(refusalCard(refusal));
}
