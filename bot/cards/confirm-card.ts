import type { Centicredits } from '../../core/credits.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { button, row } from './components.ts';
import { COLOURS } from './palette.ts';
import { priced } from './picture-buttons.ts';
import { credits } from './wording.ts';

/** Which pictures may be chosen, and what each costs. */
export interface Confirming {
  readonly action: string;
  readonly emoji: string;
  readonly label: string;
  readonly jobId: string;
  /** Indexes of the pictures that may be chosen, with their costs in the same order. */
  readonly picks: readonly number[];
  readonly costs: readonly Centicredits[];
  /** How many pictures the message shows. */
  readonly pictureCount: number;
  readonly customIds: CustomIds;
  /** The price is higher than the one that the person saw. */
  readonly costMore?: boolean;
}

/** Says what it costs and asks which picture, before anything is charged. Meant to be ephemeral; at most four pictures. */
export function confirmCard({ action, emoji, label, jobId, picks, costs, pictureCount, customIds, costMore = false }: Confirming): Card {
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const several = pictureCount > 1;
  const buttons = picks.map((index, i) => {
    const cost = costs[i] ?? 0;
    const text = several ? priced(String(index + 1), cost) : priced(label, cost);
    return button(customIds.write('confirm', action, jobId, String(index), String(cost)), { emoji, label: text, style: 'primary' });
  });
  const all = picks.length > 1 ? [button(customIds.write('confirm', action, jobId, 'all', String(total)), { emoji, label: priced('All', total) })] : [];
  const price = picks.length > 1 ? `${credits(costs[0] ?? 0)} a picture` : credits(total);
  return createCard(
    {
      color: COLOURS.waiting,
      title: several ? `${label} which picture?` : `${label} this picture?`,
      description: costMore
        ? `It now costs ${price}, more than the button said: what made it cheaper was kept for a day only.`
        : `It costs ${price}. The new picture is posted as a reply to this one.`,
      footer: { text: 'You pay only for a picture that arrives.' },
    },
    [],
    [row(...buttons, ...all)],
  );
}
