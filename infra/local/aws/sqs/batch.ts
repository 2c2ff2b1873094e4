import { AwsError } from '../aws-error.ts';

const MAX_ENTRIES = 10;

/**
 * Runs each entry on its own: some may succeed while others fail. Throws for the batch as a whole when it is empty, longer than
 * ten, or its ids are malformed or not distinct.
 */
export function runBatch<Entry extends { readonly Id: string }>(entries: readonly Entry[], run: (entry: Entry) => object): unknown {
  checkIds(entries.map(({ Id }) => Id));
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, ...(failed.length > 0 && { Failed: failed }) };
}

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (ids.length > MAX_ENTRIES) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${ids.length}.`);
  }
  const bad = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (bad !== undefined) {
    throw new AwsError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.');
  }
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
}
