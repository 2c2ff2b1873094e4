import { expect, it } from 'vitest';
import { raiseKills } from './kills/kills.ts';

/** A loaded machine may take this long for what takes half a minute on a quiet one. */
const PATIENCE_MINUTES = 10;

/** By this seed, the worker is killed between its first picture's painting and its posting. */
it('a small storm: a worker that dies, messages delivered twice, and each job ends in one final answer, charged once or not at all', { timeout: (PATIENCE_MINUTES + 1) * 60_000 }, async () => {
  const { broken, figures } = await raiseKills({ seed: 55, jobs: 4, workers: 1, mostDeaths: 1, visibilitySeconds: 6, patienceMinutes: PATIENCE_MINUTES, say: () => undefined });
  expect(broken).toEqual([]);
  const { jobs, ...others } = Object.fromEntries(figures);
  expect(jobs).toBe('4');
  const deaths = ['workers killed (SIGKILL)', 'workers told to leave (SIGTERM)', 'workers frozen past their lease'];
  expect(deaths.map((how) => others[how]).toSorted()).toEqual(['0', '0', '1']);
  expect(Number(others['messages delivered twice'])).toBeGreaterThan(0);
});
