import type { SdxlModel } from '../pipeline/sdxl.ts';
import type { CaseResult } from './case-result.ts';
import type { Topic } from './reference-folder.ts';

/** The recorded models, opened when a topic first asks for one. */
export interface RecordedModels {
  open(name: 'base' | 'refiner'): Promise<SdxlModel>;
  /** Where a file of the reference folder lies. */
  path(relative: string): string;
}

/** Runs every case of one topic and says how each came out. */
export type TopicRun = (topic: Topic, models: RecordedModels) => AsyncIterable<CaseResult>;
