import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASSES } from '../../../gpu-worker/screening/classifier-graph.ts';
import { type Classifier, type Scores, openClassifier } from '../../../gpu-worker/screening/classifier.ts';
import { InlineHost } from '../../../gpu-worker/sdxl/session/inline-host.ts';
import { referencePictures } from './reference-pictures.ts';

/** What nsfwjs 4.4.0 itself said, by record-nsfwjs.ts. */
const RECORDED = JSON.parse(readFileSync(join(import.meta.dirname, '../../reference/screening.json'), 'utf8')) as readonly { name: string; scores: Scores }[];
/** Sums run in another order. */
const TOLERANCE = 1e-4;

describe('the classifier', () => {
  const host = new InlineHost();
  let classifier: Classifier;
  beforeAll(async () => {
    classifier = await openClassifier(host);
  });
  afterAll(() => host.close());

  it.each(referencePictures())('says of $name ($width × $height) what nsfwjs says', async (picture) => {
    const scores = await classifier.classify(picture);
    const recorded = RECORDED.find(({ name }) => name === picture.name)?.scores;
    for (const kind of CLASSES) expect(Math.abs(scores[kind] - (recorded?.[kind] ?? NaN)), kind).toBeLessThan(TOLERANCE);
  });
});
