import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../pipeline/open-sdxl.ts';
import type { SdxlModel } from '../pipeline/sdxl.ts';
import type { CaseResult } from './case-result.ts';
import { BrokenReference, readTopic } from './reference-folder.ts';
import type { TopicReport } from './report.ts';
import type { RecordedModels, TopicRun } from './topic-run.ts';
import { runLora } from './topics/lora.ts';
import { runPipelines } from './topics/pipelines.ts';
import { runRng } from './topics/rng.ts';
import { runSchedulers } from './topics/schedulers.ts';
import { runSplits } from './topics/splits.ts';
import { runText } from './topics/text.ts';
import { runTokenizer } from './topics/tokenizer.ts';
import { runUnet } from './topics/unet.ts';
import { runVae } from './topics/vae.ts';

/** In the order in which a picture meets them. */
export const TOPICS = ['tokenizer', 'rng', 'text', 'unet', 'vae', 'splits', 'schedulers', 'lora', 'pipelines'] as const;
export type TopicName = (typeof TOPICS)[number];

const RUNS: Readonly<Record<TopicName, TopicRun>> = {
  tokenizer: runTokenizer,
  rng: runRng,
  text: runText,
  unet: runUnet,
  vae: runVae,
  splits: runSplits,
  schedulers: runSchedulers,
  lora: runLora,
  pipelines: runPipelines,
};

/** Called after every case, for a progress line. */
export type OnCase = (topic: TopicName, result: CaseResult, done: number, of: number) => void;

/** Runs topics of a reference folder one after another; those the folder does not have are left out. */
export async function* runTopics(folder: string, names: readonly TopicName[], onCase?: OnCase): AsyncIterable<TopicReport> {
  if (!existsSync(join(folder, 'models', 'base'))) throw new BrokenReference(`${folder} holds no reference data: models/base is missing`);
  const opened = new Map<string, Promise<SdxlModel>>();
  const models: RecordedModels = {
    path: (relative) => join(folder, relative),
    open: (name) => {
      // Inline, so that the event loop has nothing else to wait for; probes for the UNet's recorded blocks.
      const model = opened.get(name) ?? openModel(join(folder, 'models', name), { provider: 'cpu', host: 'inline', probes: true });
      opened.set(name, model);
      return model;
    },
  };
  try {
    for (const name of names) {
      const topic = await readTopic(folder, name);
      if (topic === undefined) continue;
      const before = performance.now();
      const results: CaseResult[] = [];
      for await (const result of RUNS[name](topic, models)) {
        results.push(result);
        onCase?.(name, result, results.length, topic.cases.length);
      }
      yield { name, results, seconds: (performance.now() - before) / 1000 };
    }
  } finally {
    for (const model of opened.values()) await model.then(({ checkpoint }) => checkpoint.close(), () => undefined);
  }
}
