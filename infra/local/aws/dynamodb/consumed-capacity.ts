type Wanted = 'NONE' | 'TOTAL' | 'INDEXES';

/** Capacity is not metered here: when asked, an operation says that it took one unit of its table. */
export function consumed(wanted: Wanted, TableName: string): object {
  return wanted === 'NONE' ? {} : { ConsumedCapacity: { TableName, CapacityUnits: 1 } };
}

/** The same for operations on several tables, which answer with a list. */
export function consumedList(wanted: Wanted, tables: readonly string[]): object {
  return wanted === 'NONE' ? {} : { ConsumedCapacity: [...new Set(tables)].map((TableName) => ({ TableName, CapacityUnits: 1 })) };
}
