import type { Balance } from '../../core/ledger/account.ts';
import { GUIDANCE, STEPS } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { creditsOf, relativeTime } from './wording.ts';

/** How to use the bot, what one has left, and the model's limits in plain words. */
export function helpCard(model: Model, balance: Balance): Card {
  return createCard({
    color: COLOURS.about,
    title: 'Pictures from words',
    description:
      'Type `/imagine` and say what the picture shows, for example `a red house under a yellow sun`. ' +
      'Under a finished picture, react with ✨ and the refiner paints it again, larger and with finer detail.',
    fields: [
      {
        name: 'Settings',
        value:
          `Leave them out and they are chosen well. \`steps\` (${STEPS.min}–${STEPS.max}): more are finer and slower. ` +
          `\`guidance\` (${GUIDANCE.min}–${GUIDANCE.max}): how closely it keeps to your words. ` +
          '`seed`: the same seed with the same settings gives the same picture. `negative`: what to keep out.',
      },
      {
        name: 'Credits',
        value:
          `A picture of ${model.edge} × ${model.edge} at ${model.steps} steps costs 1 credit, others in proportion, and a picture that does not arrive costs nothing. ` +
          `You have **${creditsOf(balance.left, balance.limit)}** left; they come back ${relativeTime(balance.resetsAt)}.`,
      },
      {
        name: `What ${model.title} cannot do`,
        value:
          'It invents: nothing it shows is evidence of anything. It writes text badly, and loses track of who is where ' +
          'when several things must stand in a certain relation. Faces and hands may come out wrong. Pictures pass ' +
          'through an autoencoder that loses fine detail. It repeats the biases of the pictures it learned from.',
      },
    ],
  });
}
