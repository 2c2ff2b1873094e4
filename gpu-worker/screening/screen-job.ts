import type { JobRow } from '../../core/ledger/row.ts';
import type { PlaceSettingsStore } from '../../core/place-settings/place-settings-store.ts';
import { type Metadata, type Screening, metadataOf, screeningIn } from '../../core/screening.ts';
import { Refused } from '../refused.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { type Screen, ScreenFailed, verdictOn } from './screen.ts';

/** What a server wants of a job's pictures: read when they are painted, since admins change it while people wait. */
export interface JobRules {
  readonly screening: Screening;
  readonly metadata: Metadata;
}

export async function readJobRules({ job, channelIds }: Pick<JobRow, 'job' | 'channelIds'>, places: Pick<PlaceSettingsStore, 'effective'>): Promise<JobRules> {
  const settings = await places.effective(job.guildId, channelIds.length > 0 ? [...channelIds].toReversed() : [job.channelId]);
  return { screening: screeningIn(settings, job.ageRestricted === true), metadata: metadataOf(settings, job.private === true) };
}

/**
 * Screens a finished picture, a private one too.
 * @returns whether it goes behind a spoiler
 * @throws {Refused} when it is not to be posted, or when the screen itself fails
 */
export async function screenFinished(screen: Screen | undefined, picture: Picture, { screening }: JobRules): Promise<boolean> {
  if (!screen || isOff(screening)) return false;
  try {
    const verdict = verdictOn(await screen.scores(picture), screening);
    if (verdict === 'refused') throw new Refused('screened');
    return verdict === 'spoiler';
  } catch (cause) {
    throw cause instanceof ScreenFailed ? new Refused('screen-failed', { cause }) : cause;
  }
}

/** A server that wants half of this certainty, or less, sees no unfinished pictures at all. */
const STRICT = 0.5;

/**
 * Whether an unfinished picture may be shown. It is blurred and small, so that less must do to hold it back than a finished one; and where
 * nobody knows, it is not shown.
 */
export async function mayPreview(screen: Screen | undefined, picture: Picture, { screening }: JobRules): Promise<boolean> {
  if (!screen || isOff(screening)) return true;
  const { refuseAt = 1, spoilerAt = 1 } = screening;
  if (refuseAt <= STRICT) return false;
  try {
    const half = { refuseAt: refuseAt / 2, spoilerAt: spoilerAt / 2 };
    return verdictOn(await screen.scores(picture), half) === 'fine';
  } catch {
    return false;
  }
}

function isOff({ refuseAt, spoilerAt }: Screening): boolean {
  return refuseAt === undefined && spoilerAt === undefined;
}
