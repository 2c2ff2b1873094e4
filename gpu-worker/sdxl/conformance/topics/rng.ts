import * as v from 'valibot';
import { Generator } from '../../noise/generator.ts';
import { runCase } from '../case-result.ts';
import { compare } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import { BrokenReference } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const Case = v.object({
  id: v.string(),
  kind: v.picklist(['randn', 'seq', 'rand', 'shape']),
  seed: v.number(),
  numel: v.pipe(v.number(), v.integer()),
  index_in_sequence: v.optional(v.number()),
  values: v.optional(v.string()),
  first: v.optional(v.string()),
  last: v.optional(v.string()),
});

/** PyTorch's two kernels differ by 2e-6 from one another; ours is a third, within 2.4e-7 of the recorded one. */
const TOLERANCE = 1e-6;

/** torch.Generator('cpu'): normal draws of any size, sequences on one generator, uniforms. */
export const runRng: TopicRun = async function* (topic) {
  const sizes = v.parse(v.array(v.number()), topic.json['sequence_sizes']);
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), () => {
      const recorded = understand(Case, json);
      const values = draw(recorded, sizes);
      const { first, last } = recorded;
      if (recorded.values !== undefined) return [compare('values', { data: values }, { data: topic.array(recorded.values).data }, TOLERANCE)];
      if (first === undefined || last === undefined) throw new BrokenReference(`${recorded.id} records no values`);
      const head = topic.array(first);
      const tail = topic.array(last);
      return [
        compare('first values', { data: values.subarray(0, head.data.length) }, { data: head.data }, TOLERANCE),
        compare('last values', { data: values.subarray(-tail.data.length) }, { data: tail.data }, TOLERANCE),
      ];
    });
  }
};

function draw({ kind, seed, numel, index_in_sequence: index }: v.InferOutput<typeof Case>, sizes: readonly number[]): Float32Array {
  const generator = new Generator(seed);
  if (kind === 'rand') return generator.uniform(numel);
  if (kind === 'seq') for (const size of sizes.slice(0, index)) generator.normal(size);
  return generator.normal(numel);
}
