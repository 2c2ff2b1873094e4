import * as v from 'valibot';
import { type Comparison, runCase } from '../case-result.ts';
import { compare, compareRelative } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import type { TopicRun } from '../topic-run.ts';

const Case = v.object({
  id: v.string(),
  model: v.picklist(['base', 'refiner']),
  timestep: v.number(),
  inputs: v.object({ sample: v.string(), encoder_hidden_states: v.string(), text_embeds: v.string(), time_ids: v.string() }),
  output: v.string(),
  intermediates: v.optional(v.record(v.string(), v.string()), {}),
});

const TOLERANCE = 2e-4;

/** Single passes of both UNets; where intermediates are recorded, every block. */
export const runUnet: TopicRun = async function* (topic, models) {
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), async () => {
      const recorded = understand(Case, json);
      const { unet } = (await models.open(recorded.model)).checkpoint;
      const input = {
        sample: topic.tensor(recorded.inputs.sample),
        timestep: recorded.timestep,
        promptEmbeds: topic.tensor(recorded.inputs.encoder_hidden_states),
        pooledPromptEmbeds: topic.tensor(recorded.inputs.text_embeds),
        timeIds: topic.tensor(recorded.inputs.time_ids),
      };
      const comparisons: Comparison[] = [compare('output', await unet.predict(input), topic.tensor(recorded.output), TOLERANCE)];
      const names = Object.keys(recorded.intermediates);
      const probed = names.length === 0 ? {} : await unet.probe(input, names);
      for (const [name, array] of Object.entries(recorded.intermediates)) {
        const expected = topic.tensor(array);
        // Blocks inside the network reach larger values than its output does: the tolerance grows with them.
        const actual = probed[name]?.data ?? [];
        comparisons.push(compareRelative(name, { data: actual }, { data: expected.data }, TOLERANCE));
      }
      return comparisons;
    });
  }
};
