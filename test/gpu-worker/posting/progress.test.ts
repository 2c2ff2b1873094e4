import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Card } from '../../../bot/cards/card.ts';
import { Broke } from '../../../bot/rest/discord-errors.ts';
import { openProgressCard } from '../../../gpu-worker/posting/progress.ts';

const work = {
  kind: 'imagine',
  model: 'demo',
  prompt: 'a red house',
  negativePrompt: null,
  width: 128,
  height: 128,
  steps: 25,
  guidanceScale: 5,
  seed: 7,
  count: 1,
  refine: 'ensemble',
} as const;

/** A card whose edits end when the test says so, under a clock that the test moves. */
function watchedCard() {
  const edits: { title: string; files: number; finish: (error?: Error) => void }[] = [];
  const errors: unknown[] = [];
  const waits: number[] = [];
  const state = { now: 0, ours: true };
  const card = openProgressCard({ work }, {
    now: () => state.now,
    mayEdit: () => state.ours,
    onError: (error) => errors.push(error),
    pause: async (milliseconds) => void waits.push(milliseconds),
    edit: (shown: Card, files) =>
      new Promise<void>((resolve, reject) => {
        edits.push({
          title: shown.embeds[0]?.fields?.[0]?.name ?? '',
          files: files.length,
          finish: (error) => (error ? reject(error) : resolve()),
        });
      }),
  });
  return { card, edits, errors, state, waits };
}

const step = (n: number) => ({ stage: 'base', step: n, steps: 20 }) as const;

describe('a progress card', () => {
  it('is edited at once, and then no sooner than two seconds later', async () => {
    const { card, edits, state } = watchedCard();
    card.show(step(1));
    await turn();
    edits[0]?.finish();
    await turn();
    state.now = 1999;
    card.show(step(2));
    state.now = 2000;
    card.show(step(3));
    await turn();
    expect(edits.map(({ title }) => title)).toEqual(['Step 1 of 20', 'Step 3 of 20']);
  });

  it('drops an edit while the one before it has not finished', async () => {
    const { card, edits, state } = watchedCard();
    card.show(step(1));
    state.now = 10_000;
    card.show(step(2));
    await turn();
    expect(edits).toHaveLength(1);
  });

  it('lets no edit land after it was closed', async () => {
    const { card, edits, state } = watchedCard();
    card.show(step(1));
    await turn();
    let closed = false;
    const closing = card.close().then(() => (closed = true));
    await turn();
    expect(closed).toBe(false);
    edits[0]?.finish();
    await closing;
    state.now = 60_000;
    card.show(step(2));
    await turn();
    expect(edits).toHaveLength(1);
  });

  it('does not send a preview that was drawn while it was being closed', async () => {
    const { card, edits } = watchedCard();
    let drawn: () => void = () => undefined;
    card.show(step(1), () => new Promise((resolve) => (drawn = () => resolve({ name: 'p.png', data: new Uint8Array(1), contentType: 'image/png' }))));
    await turn();
    const closing = card.close();
    drawn();
    await closing;
    expect(edits).toHaveLength(0);
  });

  it('does not send a preview that was drawn while the job was lost', async () => {
    const { card, edits, state } = watchedCard();
    let drawn: () => void = () => undefined;
    card.show(step(1), () => new Promise((resolve) => (drawn = () => resolve({ name: 'p.png', data: new Uint8Array(1), contentType: 'image/png' }))));
    await turn();
    state.ours = false;
    drawn();
    await card.close();
    expect(edits).toHaveLength(0);
  });

  it.each([
    ['an edit that nobody answered may still land', undefined, [5000]],
    ['an edit that Discord broke at may still land', 504, [5000]],
    ['an edit that a rate limit refused will not', 429, []],
  ])('knows that %s', async (_, status, expected) => {
    const { card, edits, waits } = watchedCard();
    card.show(step(1));
    await turn();
    edits[0]?.finish(new Broke('broke', 'PATCH', status, undefined));
    await card.close();
    await card.landed();
    expect(waits).toEqual(expected);
  });

  it('is left alone once the job is no longer ours', async () => {
    const { card, edits, state } = watchedCard();
    state.ours = false;
    card.show(step(1));
    await turn();
    expect(edits).toHaveLength(0);
  });

  it('tries a failed edit again soon, then ever later, and stops after five in a row', async () => {
    const { card, edits, errors, state } = watchedCard();
    const triedAt: number[] = [];
    for (state.now = 0; state.now < 600_000; state.now += 500) {
      card.show(step(1));
      await turn();
      if (edits.length === triedAt.length) continue;
      triedAt.push(state.now);
      edits.at(-1)?.finish(new Error('Discord is down'));
      await turn();
    }
    expect(triedAt).toEqual([0, 500, 2500, 10_500, 42_500]);
    expect(errors).toHaveLength(5);
    await card.close();
  });
});
