import type { Work } from '../../core/job.ts';
import { promptBlock, shorten } from './plain-text.ts';

/**
 * The prompts of a job as an embed's description: at most 4,040 of its 4,096 characters, when two prompts of the
 * greatest length must both be escaped.
 */
export function promptText(work: Pick<Work, 'prompt' | 'negativePrompt'>): string {
  const shown = promptBlock(work.prompt);
  return work.negativePrompt === null ? shown : `${shown}\n-# without\n${promptBlock(work.negativePrompt)}`;
}

/** What else the second text encoder read, as a field; none when it read the prompt. @param max characters of it that are shown; at most 500 fit a field */
export function secondPromptField({ prompt2 }: Pick<Work, 'prompt2'>, max: number): { name: string; value: string }[] {
  return prompt2 === undefined ? [] : [{ name: 'For the second text encoder', value: promptBlock(shorten(prompt2, max)) }];
}
