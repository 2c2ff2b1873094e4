import type { Screening } from '../../core/screening.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { ModelHost } from '../sdxl/session/model-host.ts';
import type { SessionHost } from '../sdxl/session/session-host.ts';
import { type Classifier, type Scores, openClassifier } from './classifier.ts';

/** Looks at pictures before anybody else does. */
export interface Screen {
  /** @throws {ScreenFailed} when nobody knows what the picture shows: it must not be shown then */
  scores(picture: Picture): Promise<Scores>;
  close(): Promise<void>;
}

/** The screen broke twice in a row. */
export class ScreenFailed extends Error {
  override readonly name = 'ScreenFailed';
}

export type Verdict = 'fine' | 'spoiler' | 'refused';

/** What is to become of a picture. Explicit is what the classifier calls porn or hentai; what it calls sexy is only hidden. */
export function verdictOn({ porn, hentai, sexy }: Scores, { refuseAt, spoilerAt }: Screening): Verdict {
  const explicit = porn + hentai;
  // Numbers that are none compare as false: nothing may slip through because of that.
  if (!Number.isFinite(explicit + sexy)) throw new ScreenFailed('the classifier gave no numbers');
  if (refuseAt !== undefined && explicit >= refuseAt) return 'refused';
  return spoilerAt !== undefined && explicit + sexy >= spoilerAt ? 'spoiler' : 'fine';
}

/**
 * A screen in a child process, opened when the first picture comes, and opened anew once when it dies.
 * @param createHost for tests
 */
export function openScreen(createHost: () => SessionHost = () => new ModelHost()): Screen {
  let opened: { readonly host: SessionHost; readonly classifier: Promise<Classifier> } | undefined;

  function open(): NonNullable<typeof opened> {
    const host = createHost();
    return { host, classifier: openClassifier(host) };
  }

  async function attempt(picture: Picture): Promise<Scores> {
    const mine = (opened ??= open());
    try {
      return await (await mine.classifier).classify(picture);
    } catch (error) {
      if (opened === mine) opened = undefined;
      await mine.host.close().catch(() => undefined);
      throw error;
    }
  }

  return {
    async scores(picture) {
      try {
        return await attempt(picture).catch(() => attempt(picture));
      } catch (cause) {
        throw new ScreenFailed('the screen does not work', { cause });
      }
    },
    async close() {
      const last = opened;
      opened = undefined;
      await last?.host.close();
    },
  };
}
