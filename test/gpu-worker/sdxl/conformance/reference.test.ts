import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runTopics, type TopicName } from '../../../../gpu-worker/sdxl/conformance/run-topics.ts';

const folder = fileURLToPath(new URL('../../../reference', import.meta.url));

/** Cases that the engine does not do, by topic: a case that is skipped for any other reason fails the test. */
const SKIPPED: Partial<Record<TopicName, readonly string[]>> = {
  pipelines: ['lora.unet_0.6', 'lora.unet_conv_0.6', 'lora.full_0.8'],
};

describe('the engine reproduces the numbers of the reference implementation', () => {
  test.each([
    ['tokenizer', 56],
    ['rng', 126],
    ['text', 25],
    ['unet', 16],
    ['vae', 15],
    ['splits', 734],
    ['schedulers', 205],
    ['pipelines', 74],
  ] as const)('%s: all %i recorded cases', async (name, cases) => {
    const reports = [];
    for await (const report of runTopics(folder, [name])) reports.push(report);
    const results = reports.flatMap((report) => report.results);
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => id)).toEqual(SKIPPED[name] ?? []);
    expect(results).toHaveLength(cases);
  });
});
