import * as v from 'valibot';
import { type EncodedTexts, encodePrompts, type PromptTexts } from '../../pipeline/encode-prompts.ts';
import type { SdxlModel } from '../../pipeline/sdxl.ts';
import { stackRows } from '../../pipeline/stack-rows.ts';
import type { Tensor } from '../../tensor.ts';
import { type Comparison, runCase } from '../case-result.ts';
import { compare } from '../compare.ts';
import { caseId, understand } from '../recorded-case.ts';
import { BrokenReference, type Topic } from '../reference-folder.ts';
import type { TopicRun } from '../topic-run.ts';

const Prompts = v.union([v.string(), v.array(v.string())]);
const Encoded = v.object({
  id: v.string(),
  kind: v.literal('encode_prompt'),
  pipeline: v.picklist(['base', 'refiner']),
  args: v.strictObject({
    prompt: Prompts,
    prompt_2: v.optional(Prompts),
    negative_prompt: v.optional(Prompts),
    negative_prompt_2: v.optional(Prompts),
    num_images_per_prompt: v.optional(v.number(), 1),
    clip_skip: v.optional(v.number(), 0),
  }),
  outputs: v.object({
    prompt_embeds: v.string(),
    negative_prompt_embeds: v.string(),
    pooled_prompt_embeds: v.string(),
    negative_pooled_prompt_embeds: v.string(),
  }),
});
const Raw = v.object({
  id: v.string(),
  kind: v.literal('raw'),
  model: v.picklist(['text_encoder', 'text_encoder_2']),
  prompts: v.array(v.string()),
  // text_encoder's pooler_output is recorded too: SDXL has no use for it, and our graph does not make it.
  outputs: v.object({ input_ids: v.string(), last_hidden_state: v.string(), hidden_states: v.array(v.string()), text_embeds: v.optional(v.string()) }),
});
const Case = v.variant('kind', [Encoded, Raw]);

const TOLERANCE = 1e-5;

/** Both text encoders, raw and as `encode_prompt` of both pipelines combines them. */
export const runText: TopicRun = async function* (topic, models) {
  for (const [i, json] of topic.cases.entries()) {
    yield await runCase(caseId(json, i), async () => {
      const recorded = understand(Case, json);
      if (recorded.kind === 'raw') return compareRaw(topic, await models.open('base'), recorded);
      return compareEncoded(topic, await models.open(recorded.pipeline), recorded);
    });
  }
};

/** diffusers' prompt arguments as one text per picture: each prompt's pictures stand together. */
export function textPerPicture(args: {
  readonly prompt: string | readonly string[];
  readonly prompt_2?: string | readonly string[] | undefined;
  readonly negative_prompt?: string | readonly string[] | undefined;
  readonly negative_prompt_2?: string | readonly string[] | undefined;
  readonly num_images_per_prompt?: number | undefined;
}): readonly PromptTexts[] {
  const prompts = typeof args.prompt === 'string' ? [args.prompt] : args.prompt;
  return prompts.flatMap((prompt, i) => {
    const texts = { prompt, prompt2: at(args.prompt_2, i), negativePrompt: at(args.negative_prompt, i) ?? null, negativePrompt2: at(args.negative_prompt_2, i) };
    return Array.from({ length: args.num_images_per_prompt ?? 1 }, () => texts);
  });
}

function at(value: string | readonly string[] | undefined, i: number): string | undefined {
  return typeof value === 'string' ? value : value?.[i];
}

async function compareEncoded(topic: Topic, model: SdxlModel, { args, outputs }: v.InferOutput<typeof Encoded>): Promise<readonly Comparison[]> {
  const encoded: EncodedTexts[] = [];
  for (const texts of textPerPicture(args)) encoded.push(await encodePrompts(model, texts, { isGuided: true, clipSkip: args.clip_skip }));
  const rows = (of: (texts: EncodedTexts) => Tensor | undefined) => stackRows(encoded.flatMap((texts) => of(texts) ?? []));
  return [
    compare('prompt embeds', rows(({ positive }) => positive.embeds), topic.tensor(outputs.prompt_embeds), TOLERANCE),
    compare('negative prompt embeds', rows(({ negative }) => negative?.embeds), topic.tensor(outputs.negative_prompt_embeds), TOLERANCE),
    compare('pooled prompt embeds', rows(({ positive }) => positive.pooled), topic.tensor(outputs.pooled_prompt_embeds), TOLERANCE),
    compare('negative pooled prompt embeds', rows(({ negative }) => negative?.pooled), topic.tensor(outputs.negative_pooled_prompt_embeds), TOLERANCE),
  ];
}

async function compareRaw(topic: Topic, model: SdxlModel, { prompts, outputs, model: name }: v.InferOutput<typeof Raw>): Promise<readonly Comparison[]> {
  const { checkpoint, tokenizer, tokenizer2 } = model;
  const encoder = name === 'text_encoder' ? checkpoint.textEncoder : checkpoint.textEncoder2;
  const ids = prompts.map((prompt) => (name === 'text_encoder' ? tokenizer : tokenizer2)?.encode(prompt) ?? []);
  if (encoder === undefined) throw new BrokenReference(`the recorded base has no ${name}`);
  const comparisons: Comparison[] = [compare('input ids', { data: ids.flat() }, { data: topic.array(outputs.input_ids).data }, 0)];
  for (const [k, state] of outputs.hidden_states.entries()) {
    const { hidden } = await encoder.encode(ids, k);
    comparisons.push(compare(`hidden state ${k}`, hidden, topic.tensor(state), TOLERANCE));
  }
  const last = await encoder.encode(ids, 'last');
  comparisons.push(compare('last hidden state', last.hidden, topic.tensor(outputs.last_hidden_state), TOLERANCE));
  if (outputs.text_embeds !== undefined && last.pooled !== undefined) comparisons.push(compare('text embeds', last.pooled, topic.tensor(outputs.text_embeds), TOLERANCE));
  return comparisons;
}
