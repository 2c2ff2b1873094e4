import * as v from 'valibot';
import { ASPECTS, type Aspect, isAspect } from '../aspect.ts';
import { type Work, modelId } from '../job.ts';
import { EDGE, STEPS } from '../limits.ts';
import { METADATA, PERCENT } from '../screening.ts';
import { type StyleId, isStyleId } from '../styles.ts';

const aspect = v.custom<Aspect>((value) => typeof value === 'string' && isAspect(value), `not one of ${Object.keys(ASPECTS).join(', ')}`);
const style = v.custom<StyleId>((value) => typeof value === 'string' && isStyleId(value), 'not a style');
const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
const whole = ({ min, max }: { min: number; max: number }) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** What an admin chose for a server or one of its channels; whatever is absent is left to the server's, then to the product. */
export const placeSettingsSchema = v.object({
  /** What `/imagine` takes where its options are left out. */
  model: v.optional(modelId),
  steps: v.optional(whole(STEPS)),
  style: v.optional(style),
  aspect: v.optional(aspect),
  /** The models that may be asked for. */
  models: v.optional(v.pipe(v.array(modelId), v.minLength(1), v.maxLength(25))),
  /** The longer side of a picture as it is painted, in pixels. */
  longestEdge: v.optional(whole(EDGE)),
  /** Who may ask for pictures: members with one of these roles. */
  roleIds: v.optional(v.pipe(v.array(id), v.minLength(1), v.maxLength(25))),
  /** Pictures that the screen takes for explicit with this many percent are not posted; 100: all are. */
  screening: v.optional(whole(PERCENT)),
  /** The same in age-restricted channels. */
  adultScreening: v.optional(whole(PERCENT)),
  /** Pictures that the screen takes for explicit or suggestive with this many percent are posted behind a spoiler. */
  spoiler: v.optional(whole(PERCENT)),
  /** What the files of pictures tell of how they were made. */
  metadata: v.optional(v.picklist(METADATA)),
});
export type PlaceSettings = Readonly<v.InferOutput<typeof placeSettingsSchema>>;

/** The nearest place's word counts: of a thread's channel, a channel and the server, each choice that one makes. */
export function combined(fromServerToNearest: readonly PlaceSettings[]): PlaceSettings {
  return Object.assign({}, ...fromServerToNearest) as PlaceSettings;
}

export type NotAllowed = 'model' | 'size' | 'role';

/** Why work is not allowed here; `undefined` when it is. Whoever manages the server needs no role. */
export function notAllowed({ models, longestEdge, roleIds }: PlaceSettings, work: Work, member: { readonly roleIds: readonly string[]; readonly isManager: boolean }): NotAllowed | undefined {
  if (roleIds && !member.isManager && !member.roleIds.some((role) => roleIds.includes(role))) return 'role';
  if (models && !models.includes(work.model)) return 'model';
  if (longestEdge !== undefined && Math.max(work.width, work.height) > longestEdge) return 'size';
  return undefined;
}
