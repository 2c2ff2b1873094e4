import { HANDOVER_KEPT_SECONDS } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';

const HOUR_SECONDS = 3600;

/** What this is, under which licence, what the model cannot do, and what is stored for how long. */
export function aboutCard(model: Model): Card {
  return createCard({
    color: COLOURS.about,
    title: 'About Refinery',
    description: `Refinery paints pictures from words with Stable Diffusion XL and its refiner. Here it paints with **${model.title}**. It is open source under the MIT licence.`,
    fields: [
      {
        name: 'The model’s licence',
        value:
          `${model.licence === 'mit' ? `${model.title}’s weights come under the MIT licence. ` : ''}SDXL’s weights come under CreativeML Open RAIL++-M. Its use restrictions hold for you, too: among others, nothing unlawful, nothing that harms or exploits minors, ` +
          'nothing false meant to harm others, no harassment, no medical advice, no automated decisions about people’s rights. The pictures are yours to use within them.',
      },
      {
        name: 'What the model cannot do',
        value:
          '• It does not depict facts: nobody and nothing it shows is true, and nothing is evidence.\n' +
          '• It cannot write legible text.\n' +
          '• It struggles with composition, such as “a red cube on top of a blue ball”.\n' +
          '• Faces, hands and people in general may come out wrong.\n' +
          '• Its autoencoder is lossy: fine detail is gone even from a picture that you give it.\n' +
          '• It repeats, and may worsen, the biases of the pictures it learned from.',
      },
      {
        name: 'What its pictures say',
        value:
          'Every picture bears an invisible watermark and metadata that say a model made it, and in which job; never who asked. The file also holds the prompt and all settings, unless ' +
          'this server says otherwise (`/settings`) or the picture is private. Pictures are screened by a program before anyone sees them. `/verify` reads all this from any picture.',
      },
      {
        name: 'What is stored',
        value:
          'Your Discord id, your prompts and settings, the pictures, and what they cost: for 90 days. ' +
          `Latents between base and refiner: for ${HANDOVER_KEPT_SECONDS / HOUR_SECONDS} hours. Pictures that you attach are fetched from Discord when they are painted, and not kept. ` +
          'A server’s quotas, its settings and the record of who changed quotas stay with the server. Deleting a message does not delete these; `/mydata delete` does, and `/mydata export` shows them.',
      },
    ],
  });
}
