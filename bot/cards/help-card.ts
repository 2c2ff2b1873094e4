import type { Balance } from '../../core/ledger/account.ts';
import { COUNT, GUIDANCE, STEPS } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { creditsOf, relativeTime } from './wording.ts';

/** How to use the bot, and what one has left. */
export function helpCard(model: Model, balance: Balance): Card {
  return createCard({
    color: COLOURS.about,
    title: 'Pictures from words',
    description:
      'Type `/imagine` and say what the picture shows, for example `a red house under a yellow sun`. ' +
      'Its card shows your place in line and the time left; ✖ cancels, and you pay nothing then.',
    fields: [
      {
        name: 'Settings',
        value:
          `Leave them out and they are chosen well. \`steps\` (${STEPS.min}–${STEPS.max}): more are finer and slower. ` +
          `\`guidance\` (${GUIDANCE.min}–${GUIDANCE.max}): how closely it keeps to your words. ` +
          `\`seed\`: the same seed with the same settings gives the same picture. \`count\`: up to ${COUNT.max} at once. ` +
          '`negative`: what to keep out. `style`: words put around yours. `private`: only you see it.',
      },
      {
        name: 'From a picture',
        value: 'Attach an `image` and say with `strength` how much of it is painted anew. With a `mask` besides, only where that is white.',
      },
      {
        name: 'Weights',
        value: '`(word)` counts more, `[word]` less, `(word:1.4)` as much as you say. Long prompts are read to their end.',
      },
      {
        name: 'Under a finished picture',
        value: '✨ lets the refiner finish it or raise it, 🎨 varies it, 🔍 enlarges it, 🔁 paints again with another seed, ✏️ changes the words. ✨ works as a reaction, too.',
      },
      {
        name: 'Credits',
        value:
          `A picture of ${model.edge} × ${model.edge} at ${model.steps} steps costs 1 credit, others in proportion, and a picture that does not arrive costs nothing. ` +
          `You have **${creditsOf(balance.left, balance.limit)}** left; they come back ${relativeTime(balance.resetsAt)}.`,
      },
      { name: 'More', value: '`/status`: the line and your own jobs. `/credits`: what you have left. `/about`: the licence, what the model cannot do (it writes text badly, and invents), what is stored.' },
    ],
  });
}
