import * as v from 'valibot';
import type { Model } from '../model.ts';
import { LICENCES, type LicenceId } from '../moderation/licence.ts';

/** What a worker paints with: every model and every LoRA file that it found. */
export interface Offer {
  readonly models: readonly OfferedModel[];
  readonly loras: readonly OfferedLora[];
}

export interface OfferedModel extends Model {
  /** Whether there is a refiner for its pictures. */
  readonly hasRefiner: boolean;
}

export interface OfferedLora {
  /** What it is asked for by. */
  readonly name: string;
  /** Words that it was trained to listen to, if its file says so. */
  readonly words: readonly string[];
}

const positive = v.pipe(v.number(), v.minValue(0));
const offeredModel = v.object({
  id: v.string(),
  title: v.string(),
  licence: v.custom<LicenceId>((value) => typeof value === 'string' && Object.hasOwn(LICENCES, value)),
  edge: positive,
  steps: positive,
  guidanceScale: positive,
  sampler: v.exactOptional(v.string()),
  timestepSpacing: v.exactOptional(v.picklist(['leading', 'trailing', 'linspace'])),
  denoisingEnd: positive,
  upscale: positive,
  refineScale: positive,
  refineStrength: positive,
  varyStrength: positive,
  hasRefiner: v.boolean(),
}) satisfies v.GenericSchema<unknown, OfferedModel>;

const offeredLora = v.object({ name: v.string(), words: v.array(v.string()) });

const offerRow = v.object({ offer: v.object({ models: v.array(offeredModel), loras: v.array(offeredLora) }), /** Epoch milliseconds. */ at: v.number() });

/** Workers say anew what they offer once an hour; one may be missed. */
export const OFFER_AGAIN_MS = 3600_000;
const RECENT_MS = 2.5 * OFFER_AGAIN_MS;

/**
 * What can be asked for: all that was offered lately. Where no worker has been there lately, what the last ones offered: the next
 * one will have it too.
 */
export function currentOffer(rows: readonly unknown[]): Offer {
  const parsed = rows.flatMap((row) => {
    const result = v.safeParse(offerRow, row);
    return result.success ? [result.output] : [];
  });
  const newest = Math.max(...parsed.map(({ at }) => at));
  const current = parsed.filter(({ at }) => at >= newest - RECENT_MS).toSorted((a, b) => b.at - a.at);
  return {
    models: firstOfEach(current.flatMap(({ offer }) => offer.models), ({ id }) => id),
    loras: firstOfEach(current.flatMap(({ offer }) => offer.loras), ({ name }) => name),
  };
}

function firstOfEach<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  return values.filter((value, index) => values.findIndex((other) => keyOf(other) === keyOf(value)) === index);
}
