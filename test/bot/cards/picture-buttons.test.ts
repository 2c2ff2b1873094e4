import { describe, expect, test } from 'vitest';
import { mentioning } from '../../../bot/cards/card.ts';
import { actionPrices, pictureButtons } from '../../../bot/cards/picture-buttons.ts';
import { pictureCard } from '../../../bot/cards/picture-card.ts';
import { createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import type { Job } from '../../../core/job.ts';
import { DEMO } from '../../../core/model.ts';
import { imagineJob } from '../../core/example-jobs.ts';
import { violations } from '../discord-rules.ts';

const customIds = createCustomIds(['a key']);
const NOW = 1_700_000_000_000;

function posting(job: Job, count: number, handover?: { key: string; keptUntil: number }) {
  const pictures = Array.from({ length: count }, (_, i) => ({ key: `k${i}`, paintedKey: `p${i}`, seed: i, width: 128, height: 128, ...(handover && { handover }) }));
  return { job, pictures, model: DEMO, customIds, now: NOW };
}
const labels = (rows: ReturnType<typeof pictureButtons>) => rows.map(({ components }) => components.map((each) => ('label' in each ? `${each.emoji?.name} ${each.label}` : '?')));

describe('the buttons under pictures', () => {
  test('of one picture name what they cost, in two rows', () => {
    expect(labels(pictureButtons(posting(imagineJob(), 1)))).toEqual([
      ['✨ Refine · 0.68', '🎨 Vary · 0.6', '🔍 Upscale · 0.1', '🔁 Again · 1'],
      ['✏️ Edit', '📩 To my DMs', '🗑️ Delete', '🚩 Report'],
    ]);
  });
  test('of a picture whose latents are kept offer the ensemble’s price', () => {
    const [first] = labels(pictureButtons(posting(imagineJob({ work: { refine: 'none' } }), 1, { key: 'h', keptUntil: NOW + 1 })));
    expect(first?.[0]).toBe('✨ Refine · 0.2');
  });
  test('of several pictures have a number each, and the card says what they cost', () => {
    const four = posting(imagineJob({ work: { count: 4 } }), 4);
    expect(labels(pictureButtons(four))).toEqual([
      ['✨ 1', '✨ 2', '✨ 3', '✨ 4'],
      ['🎨 1', '🎨 2', '🎨 3', '🎨 4'],
      ['🔍 1', '🔍 2', '🔍 3', '🔍 4'],
      ['🔁 Again · 4', '✏️ Edit', '📩 To my DMs', '🗑️ Delete', '🚩 Report'],
    ]);
    expect(actionPrices(four)).toBe('✨ refine 0.68 · 🎨 vary 0.6 · 🔍 upscale 0.1');
  });
  test('of a private picture have no Delete, as the bot cannot, and no Report, as nobody else sees it', () => {
    expect(labels(pictureButtons(posting({ ...imagineJob(), private: true }, 1)))[1]).toEqual(['✏️ Edit', '📩 To my DMs']);
  });
  test('in direct messages have no Report, as there are no moderators', () => {
    expect(labels(pictureButtons(posting({ ...imagineJob(), guildId: null }, 1)))[1]).toEqual(['✏️ Edit', '📩 To my DMs', '🗑️ Delete']);
  });
  test('are ones that Discord takes, each with a custom id of its own, for the longest job id too', () => {
    const job = imagineJob({ id: 'r'.repeat(60), work: { count: 4 } });
    const rows = pictureButtons(posting(job, 4));
    const shown = [1, 2, 3, 4].map((seed) => ({ filename: `${seed}.png`, seed, width: 512, height: 512 }));
    const card = pictureCard({ job, pictures: shown, buttons: rows, prices: actionPrices(posting(job, 4)), tookMs: 1, cost: 400, left: 100 });
    expect(violations('MessageCreateRequestSchema', mentioning(card, '1'))).toEqual([]);
    const ids = rows.flatMap(({ components }) => components.map((each) => ('custom_id' in each ? each.custom_id : '')));
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(100);
    expect(card.embeds[0]?.fields?.at(-1)).toEqual({ name: 'With one of them', value: '✨ refine 0.68 · 🎨 vary 0.6 · 🔍 upscale 0.1 credits' });
  });
});
