import type { LedgerContext } from '../ledger/ledger-context.ts';
import { forgetReports } from '../moderation/report-store.ts';
import { type Asked, type Deleted, type Deletion, beginDeletion, claimDeletion, deletionsGoingOn, findDeletion, finishDeletion, recordDeleted, releaseDeletion } from './deletion.ts';
import { type HeldJob, forgetAccounts, forgetEntries, forgetJob, forgetPlace, forgetTerms } from './forget.ts';
import { type PersonData, placesOf, readPersonData } from './person-data.ts';
import { type PlaceRow, type Row, isPlaceRow, personPk, placeKey } from './person-rows.ts';
import { type WalkedPage, readPartition, walkEntries } from './walk.ts';

/** Entries that one look of a deletion has in hand. */
const PAGE = 40;

/** All that is stored about one person, wherever it stands: to be read, and to be deleted. */
export class PersonStore {
  readonly #context: LedgerContext;

  constructor(context: LedgerContext) {
    this.#context = context;
  }

  /** Everything about a person; `here` is where they ask. */
  read(userId: string, here: string | null): Promise<PersonData> {
    return readPersonData(this.#context, userId, here);
  }

  /** Servers, by id, and direct messages (`null`), `here` among them, with the rows that note them. */
  async places(userId: string, here: string | null): Promise<readonly { readonly guildId: string | null; readonly row: PlaceRow | undefined }[]> {
    const rows = (await readPartition(this.#context, personPk(userId), 'place#')).filter(isPlaceRow);
    return placesOf(rows, here).map((guildId) => ({ guildId, row: rows.find(({ sk }) => sk === placeKey(userId, guildId).sk) }));
  }

  /** Goes through a person's entries and jobs in one place, in small pages. */
  walk(userId: string, guildId: string | null): AsyncGenerator<WalkedPage> {
    return walkEntries(this.#context, userId, guildId, PAGE);
  }

  beginDeletion(asked: Asked): Promise<Deletion> {
    return beginDeletion(this.#context, asked);
  }

  findDeletion(userId: string): Promise<Deletion | undefined> {
    return findDeletion(this.#context, userId);
  }

  claimDeletion(userId: string): Promise<Deletion | undefined> {
    return claimDeletion(this.#context, userId);
  }

  recordDeleted(userId: string, deleted: Partial<Deleted>): Promise<void> {
    return recordDeleted(this.#context, userId, deleted);
  }

  releaseDeletion(userId: string): Promise<void> {
    return releaseDeletion(this.#context, userId);
  }

  finishDeletion(deletion: Deletion): Promise<Deletion | undefined> {
    return finishDeletion(this.#context, deletion);
  }

  deletionsGoingOn(): Promise<readonly string[]> {
    return deletionsGoingOn(this.#context);
  }

  forgetJob(job: HeldJob): Promise<void> {
    return forgetJob(this.#context, job);
  }

  forgetEntries(guildId: string | null, entries: readonly Row[]): Promise<void> {
    return forgetEntries(this.#context, guildId, entries);
  }

  forgetAccounts(userId: string, guildId: string | null): Promise<void> {
    return forgetAccounts(this.#context, userId, guildId);
  }

  forgetPlace(row: PlaceRow): Promise<boolean> {
    return forgetPlace(this.#context, row);
  }

  /** Accepted terms, jobs that wait for that, and reports that they made; up to the cutoff (epoch ms). */
  async forgetWords(userId: string, cutoff: number): Promise<void> {
    await Promise.all([forgetTerms(this.#context, userId, cutoff), forgetReports(this.#context, userId, cutoff)]);
  }
}
