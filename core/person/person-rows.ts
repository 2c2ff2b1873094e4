/**
 * The rows of a person's own partition, in the ledger's table.
 *
 * | row | pk | sk |
 * | --- | --- | --- |
 * | a server, or direct messages, in which credits of theirs moved | `person#<user>` | `place#<guild or dm>` |
 * | terms that they accepted | `person#<user>` | `terms#<licence>` |
 * | a job that waits for that | `person#<user>` | `pending#<job id>` |
 * | a report that they made | `person#<user>` | `report#<job id>` |
 * | the deletion of it all, while it goes on and for a day after | `person#<user>` | `deletion` |
 */
import * as v from 'valibot';

export const DIRECT_MESSAGES = 'dm';

export function personPk(userId: string): string {
  return `person#${userId}`;
}

export function placeKey(userId: string, guildId: string | null): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: `place#${guildId ?? DIRECT_MESSAGES}` };
}

/** A row of any kind. */
export const anyRow = v.looseObject({ pk: v.string(), sk: v.string() });
export type Row = Readonly<v.InferOutput<typeof anyRow>>;

const placeRow = v.object({ pk: v.string(), sk: v.pipe(v.string(), v.startsWith('place#')), /** Epoch milliseconds of the latest movement. */ at: v.number() });
export type PlaceRow = Readonly<v.InferOutput<typeof placeRow>>;

export function isPlaceRow(row: Row): row is Row & PlaceRow {
  return v.is(placeRow, row);
}

/** `null` for direct messages. */
export function guildOfPlace(place: string): string | null {
  const name = place.startsWith('place#') ? place.slice('place#'.length) : place;
  return name === DIRECT_MESSAGES ? null : name;
}
