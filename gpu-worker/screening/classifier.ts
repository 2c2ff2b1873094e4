import { join } from 'node:path';
import type { Picture } from '../sdxl/picture/picture.ts';
import { readSafetensors } from '../sdxl/safetensors/read-safetensors.ts';
import { weightsOf } from '../sdxl/safetensors/weights.ts';
import type { SessionHost } from '../sdxl/session/session-host.ts';
import type { Session } from '../sdxl/session/session.ts';
import { type CLASSES, classifierGraph } from './classifier-graph.ts';
import { seenPixels } from './seen-pixels.ts';

/** How likely a picture is of each kind; together 1. */
export type Scores = Readonly<Record<(typeof CLASSES)[number], number>>;

export interface Classifier {
  classify(picture: Picture): Promise<Scores>;
  close(): Promise<void>;
}

const WEIGHTS = join(import.meta.dirname, 'weights/mobilenet-v2-mid.safetensors');

/** Opens the classifier on a host: in a child process in the product. One thread is enough for 224² pixels. @throws {BadWeights} */
export async function openClassifier(host: SessionHost): Promise<Classifier> {
  const graph = classifierGraph(weightsOf([await readSafetensors(WEIGHTS)]));
  const session: Session = await host.open({ name: 'nsfw classifier', threads: 1, ...graph });
  return {
    classify: async (picture) => {
      const { scores } = await session.run({ pixels: seenPixels(picture) }, ['scores']);
      if (!scores) throw new Error('the classifier gave no scores');
      return scoresOf(scores.data);
    },
    close: () => session.close(),
  };
}

function scoresOf([drawing = NaN, hentai = NaN, neutral = NaN, porn = NaN, sexy = NaN]: Float32Array): Scores {
  return { drawing, hentai, neutral, porn, sexy };
}
