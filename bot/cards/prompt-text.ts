import type { Work } from '../../core/job.ts';
import { promptBlock } from './plain-text.ts';

/**
 * The prompts of a job as an embed's description: at most 4,040 of its 4,096 characters, when two prompts of the
 * greatest length must both be escaped.
 */
export function promptText(work: Pick<Work, 'prompt' | 'negativePrompt'>): string {
  const shown = promptBlock(work.prompt);
  return work.negativePrompt === null ? shown : `${shown}\n-# without\n${promptBlock(work.negativePrompt)}`;
}
