import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';

/** Holds the place of finished pictures while they are uploaded into it. */
export function arrivingCard(count: number): Card {
  return createCard({
    color: COLOURS.waiting,
    title: count === 1 ? '🖼️ Your picture is ready' : '🖼️ Your pictures are ready',
    description: count === 1 ? 'It appears here in a moment.' : 'They appear here in a moment.',
  });
}
