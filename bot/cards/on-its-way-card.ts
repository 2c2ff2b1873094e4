import type { Centicredits } from '../../core/credits.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { credits } from './wording.ts';

/** Jobs were put in line whose pictures will be posted as replies to the original. */
export function onItsWayCard(asked: { readonly emoji: string; readonly count: number; readonly of: number; readonly cost: Centicredits }): Card {
  const { emoji, count, of, cost } = asked;
  const others = of > count ? ` The other ${of - count} had been asked for before, or your credits do not reach.` : '';
  return createCard({
    color: COLOURS.waiting,
    title: `${emoji} On ${count === 1 ? 'its' : 'their'} way`,
    description: `${count === 1 ? 'It is' : 'They are'} posted as ${count === 1 ? 'a reply' : 'replies'} to the original.${others}`,
    footer: { text: `Costs ${credits(cost)}. You pay only for a picture that arrives.` },
  });
}
