import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runTopics } from '../../../../gpu-worker/sdxl/conformance/run-topics.ts';

const folder = fileURLToPath(new URL('../../../reference', import.meta.url));

describe('the engine reproduces the numbers of the reference implementation', () => {
  test.each([
    ['tokenizer', 56],
    ['rng', 126],
    ['text', 25],
    ['unet', 16],
    ['vae', 15],
    ['splits', 734],
    ['schedulers', 205],
    ['lora', 2],
    ['pipelines', 74],
  ] as const)('%s: all %i recorded cases', async (name, cases) => {
    const reports = [];
    for await (const report of runTopics(folder, [name])) reports.push(report);
    const results = reports.flatMap((report) => report.results);
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
    expect(results).toHaveLength(cases);
  });
});
