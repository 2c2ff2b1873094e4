import * as v from 'valibot';
import { openTokenizer } from '../../tokenizer/open-tokenizer.ts';
import { runCase } from '../case-result.ts';
import { compareExactly } from '../compare.ts';
import { understand } from '../recorded-case.ts';
import type { TopicRun } from '../topic-run.ts';

const Ids = v.object({ ids: v.array(v.number()), pad_id: v.number(), untruncated_length: v.number() });
const Case = v.object({ prompt: v.string(), tokenizer: Ids, tokenizer_2: Ids });

/** Prompt → the 77 ids of both tokenizers, and how many there were before the cut. */
export const runTokenizer: TopicRun = async function* (topic, models) {
  const names = ['tokenizer', 'tokenizer_2'] as const;
  const tokenizers = await Promise.all(names.map(async (name) => ({ name, tokenizer: await openTokenizer(models.path(`models/base/${name}`)) })));
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(`prompt ${i}`, () => {
      const recorded = understand(Case, json);
      return tokenizers.flatMap(({ name, tokenizer }) => {
        const { ids, pad_id: padId, untruncated_length: length } = recorded[name];
        const padded = [...ids, ...Array.from({ length: tokenizer.maxLength - ids.length }, () => padId)];
        return [
          compareExactly(`${name}'s ids of ${JSON.stringify(recorded.prompt.slice(0, 40))}`, tokenizer.encode(recorded.prompt), padded),
          compareExactly(`${name}'s uncut length`, tokenizer.tokenise(recorded.prompt).length + 2, length),
        ];
      });
    });
  }
};
