import type { CustomIds } from '../custom-id/custom-ids.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { button, row } from './components.ts';
import { COLOURS } from './palette.ts';

/** Asks once more before a message is gone. Meant to be ephemeral. */
export function confirmDeleteCard(jobId: string, count: number, customIds: CustomIds): Card {
  const what = count === 1 ? 'this picture' : `these ${count} pictures`;
  return createCard(
    { color: COLOURS.refused, title: `Delete ${what}?`, description: 'The message goes for good. What it cost stays spent.' },
    [],
    [row(button(customIds.write('delete-now', jobId), { emoji: '🗑️', label: 'Delete', style: 'danger' }))],
  );
}

export function deletedCard(): Card {
  return createCard({ color: COLOURS.waiting, title: 'Deleted' });
}
