import * as v from 'valibot';

const MOST_WORDS = 3;
const MAX_WORD_LENGTH = 40;

/** How often each tag stood under the training pictures, by folder. */
const tagFrequency = v.record(v.string(), v.record(v.string(), v.number()));

/**
 * The words that a LoRA was trained to listen to, as far as its file tells: what its maker says
 * (https://github.com/Stability-AI/ModelSpec, `trigger_phrase`), else the tags that stood under the most training pictures
 * (kohya-ss' `ss_tag_frequency`).
 */
export function triggerWords(metadata: Readonly<Record<string, string>>): readonly string[] {
  const phrase = metadata['modelspec.trigger_phrase'];
  if (phrase !== undefined && phrase.trim() !== '') return tidy(phrase.split(','));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), tagFrequency), metadata['ss_tag_frequency']);
  if (!parsed.success) return [];
  const counts = new Map<string, number>();
  for (const tags of Object.values(parsed.output)) for (const [tag, count] of Object.entries(tags)) counts.set(tag, (counts.get(tag) ?? 0) + count);
  const most = Math.max(...counts.values());
  // Tags of some pictures describe those; what stood under nearly all of them is what was taught.
  return tidy([...counts].filter(([, count]) => count >= 0.8 * most).toSorted((a, b) => b[1] - a[1]).map(([tag]) => tag));
}

function tidy(words: readonly string[]): readonly string[] {
  const plain = words.map((word) => word.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, MAX_WORD_LENGTH)).filter((word) => word !== '');
  return [...new Set(plain)].slice(0, MOST_WORDS);
}
