import * as v from 'valibot';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { type Row, guildOfPlace, isPlaceRow, personPk } from './person-rows.ts';
import { readAccountRows, readPartition, walkEntries } from './walk.ts';

/** Everything that is stored about a person, as the rows are. */
export interface PersonData {
  /** Servers, by id, and direct messages (`null`) that something is stored of. */
  readonly places: readonly (string | null)[];
  readonly accounts: readonly Row[];
  readonly entries: readonly Row[];
  readonly jobs: readonly Row[];
  /** Accepted terms, and jobs that wait for them. */
  readonly terms: readonly Row[];
  /** Reports that they made. */
  readonly reports: readonly Row[];
}

/**
 * Reads everything about a person, page by page: their accounts and entries in every server and in direct messages, the jobs
 * that those name, and what stands in their own partition. It comes without interaction tokens, which are keys rather than
 * data about a person.
 * @param here the server that they ask in, `null` in direct messages: it is looked into whether or not it is known
 */
export async function readPersonData(context: LedgerContext, userId: string, here: string | null): Promise<PersonData> {
  const own = await readPartition(context, personPk(userId));
  const places = placesOf(own, here);
  const found = await Promise.all(places.map(async (place) => readPlace(context, userId, place)));
  return {
    places: places.filter((_, i) => (found[i]?.accounts.length ?? 0) + (found[i]?.entries.length ?? 0) > 0),
    accounts: found.flatMap(({ accounts }) => accounts),
    entries: found.flatMap(({ entries }) => entries),
    jobs: found.flatMap(({ jobs }) => jobs).map(withoutToken),
    terms: own.filter(({ sk }) => sk.startsWith('terms#') || sk.startsWith('pending#')).map(withoutToken),
    reports: own.filter(({ sk }) => sk.startsWith('report#')),
  };
}

/** Where to look: every place that is known, and the one that they ask in. */
export function placesOf(personRows: readonly Row[], ...more: readonly (string | null)[]): readonly (string | null)[] {
  return [...new Set([...personRows.filter(isPlaceRow).map(({ sk }) => guildOfPlace(sk)), ...more])];
}

async function readPlace(context: LedgerContext, userId: string, guildId: string | null) {
  const entries: Row[] = [];
  const jobs = new Map<string, Row>();
  for await (const page of walkEntries(context, userId, guildId)) {
    entries.push(...page.entries);
    for (const job of page.jobs) jobs.set(job.pk, job);
  }
  return { accounts: await readAccountRows(context, userId, guildId), entries, jobs: [...jobs.values()] };
}

const tokenHolder = v.looseObject({ job: v.looseObject({ reply: v.looseObject({ token: v.string() }) }) });

function withoutToken(row: Row): Row {
  if (!v.is(tokenHolder, row)) return row;
  const { token: _, ...reply } = row.job.reply;
  return { ...row, job: { ...row.job, reply } };
}
