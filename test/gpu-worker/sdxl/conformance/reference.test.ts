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
    const wrong = results.flatMap((result) => (result.outcome === 'passed' ? [] : [`${result.outcome} ${result.id}: ${result.why}`]));
    expect(wrong, `${wrong.length} of ${results.length} cases, ${wrong[0] ?? ''}`).toEqual([]);
    expect(results).toHaveLength(cases);
  }, 180_000);
});
