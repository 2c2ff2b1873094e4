import type { Database, Write } from './database.ts';
import { attribute, type Item } from './value.ts';

const FIVE_YEARS_SECONDS = 5 * 365.25 * 24 * 3600;

/**
 * The items whose time is over. DynamoDB takes up to days to remove them; here they go within a sweep. As there, a time that
 * is no number, or lies more than five years back (milliseconds taken for seconds, or the like), never ends an item.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function expiredItems(database: Database, now: number): readonly Write[] {
  return [...database.tables].flatMap(([name, table]) => {
    const { timeToLiveAttribute } = table;
    if (timeToLiveAttribute === undefined) return [];
    return Array.from(table.items())
      .filter((item) => isExpired(item, timeToLiveAttribute, now / 1000))
      .map((item): Write => ({ table: name, key: table.keyOf(item), item: null }));
  });
}

function isExpired(item: Item, name: string, nowSeconds: number): boolean {
  const value = attribute(item, name);
  if (value === undefined || !('N' in value)) return false;
  const endsAt = Number(value.N);
  return endsAt <= nowSeconds && endsAt > nowSeconds - FIVE_YEARS_SECONDS;
}
