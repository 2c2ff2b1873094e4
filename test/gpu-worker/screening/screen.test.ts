import { describe, expect, it } from 'vitest';
import { metadataOf, screeningIn } from '../../../core/screening.ts';
import { Refused } from '../../../gpu-worker/refused.ts';
import { type Screen, ScreenFailed, openScreen, verdictOn } from '../../../gpu-worker/screening/screen.ts';
import { mayPreview, screenFinished } from '../../../gpu-worker/screening/screen-job.ts';
import { InlineHost } from '../../../gpu-worker/sdxl/session/inline-host.ts';
import type { SessionHost } from '../../../gpu-worker/sdxl/session/session-host.ts';
import { referencePictures } from './reference-pictures.ts';

const [, , disc] = referencePictures();
if (!disc) throw new Error('there is no reference picture');
const scores = (explicit: number, sexy = 0) => ({ drawing: 0, neutral: 1 - explicit - sexy, hentai: explicit / 2, porn: explicit / 2, sexy });
const screenThatSays = (explicit: number, sexy = 0): Screen => ({ scores: async () => scores(explicit, sexy), close: async () => undefined });
const brokenScreen: Screen = { scores: async () => Promise.reject(new ScreenFailed('broken')), close: async () => undefined };
const rules = (settings = {}, isAgeRestricted = false) => ({ screening: screeningIn(settings, isAgeRestricted), metadata: metadataOf(settings, false) });

describe('the screen', () => {
  it.each([
    [0.1, 0, 'fine'],
    [0.2, 0.55, 'spoiler'],
    [0.75, 0, 'spoiler'],
    [0.91, 0, 'refused'],
    [0, 0.95, 'spoiler'],
  ] as const)('of %f explicit and %f sexy says: %s', (explicit, sexy, verdict) => {
    expect(verdictOn(scores(explicit, sexy), screeningIn({}, false))).toBe(verdict);
  });

  it('takes no answer for no risk', () => {
    expect(() => verdictOn(scores(NaN), screeningIn({}, false))).toThrow(ScreenFailed);
  });

  it('lets age-restricted channels have a threshold of their own', () => {
    const settings = { screening: 40, adultScreening: 100 };
    expect(verdictOn(scores(0.5), screeningIn(settings, false))).toBe('refused');
    expect(verdictOn(scores(0.99), screeningIn(settings, true))).toBe('spoiler');
  });

  it('opens its child process anew when it died, and gives up after two', async () => {
    let hosts = 0;
    const dying: SessionHost = { open: () => Promise.reject(new Error('died')), close: async () => undefined };
    const screen = openScreen(() => (++hosts === 1 ? dying : new InlineHost()));
    expect((await screen.scores(disc)).neutral).toBeGreaterThan(0.9);
    await screen.close();
    await expect(openScreen(() => dying).scores(disc)).rejects.toThrow(ScreenFailed);
  });
});

describe('screening a job’s picture', () => {
  it('posts nothing that could not be screened', async () => {
    await expect(screenFinished(brokenScreen, disc, rules())).rejects.toEqual(new Refused('screen-failed'));
    await expect(screenFinished(screenThatSays(0.95), disc, rules())).rejects.toEqual(new Refused('screened'));
  });

  it('hides what is in doubt, and looks at nothing where a server wants no screen', async () => {
    expect(await screenFinished(screenThatSays(0.75), disc, rules())).toBe(true);
    expect(await screenFinished(screenThatSays(0.1), disc, rules())).toBe(false);
    expect(await screenFinished(brokenScreen, disc, rules({ screening: 100, spoiler: 100 }))).toBe(false);
  });

  it('shows no unfinished picture that is half as doubtful, none unscreened, and none at all where servers are strict', async () => {
    expect(await mayPreview(screenThatSays(0.1), disc, rules())).toBe(true);
    expect(await mayPreview(screenThatSays(0.36), disc, rules())).toBe(false);
    expect(await mayPreview(brokenScreen, disc, rules())).toBe(false);
    expect(await mayPreview(screenThatSays(0), disc, rules({ screening: 50 }))).toBe(false);
  });

  it('tells the least of pictures that only one person sees', () => {
    expect(metadataOf({}, false)).toBe('everything');
    expect(metadataOf({ metadata: 'everything' }, true)).toBe('origin');
  });
});
