import type { LocalMessage } from '../../page-protocol.ts';
import type { OwnLine } from '../client/client-state.ts';
import { EPHEMERAL } from '../discord-numbers.ts';
import { sameDay } from '../markdown/format-time.ts';

/** Discord joins messages of one author that are at most this far apart. */
const JOINED_MS = 7 * 60_000;

export type ListEntry =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: LocalMessage; /** Shows avatar, name and time. */ readonly leads: boolean }
  | { readonly kind: 'own-line'; readonly key: string; readonly line: OwnLine };

/** The rows of a channel, oldest first: day lines, messages joined to groups, and this page's own lines where they belong in time. */
export function groupMessages(messages: readonly LocalMessage[], ownLines: readonly OwnLine[]): readonly ListEntry[] {
  const entries: ListEntry[] = [];
  const waiting = ownLines.toSorted((a, b) => a.at - b.at);
  let last: LocalMessage | undefined;
  const addOwnLines = (before: number): void => {
    while (waiting[0] !== undefined && waiting[0].at < before) {
      const line = waiting.shift();
      if (line !== undefined) entries.push({ kind: 'own-line', key: line.key, line });
      last = undefined;
    }
  };
  let day: string | undefined;
  for (const message of messages) {
    addOwnLines(Date.parse(message.timestamp));
    if (day === undefined || !sameDay(day, message.timestamp)) {
      entries.push({ kind: 'day', key: `day-${message.id}`, at: message.timestamp });
      last = undefined;
    }
    day = message.timestamp;
    entries.push({ kind: 'message', key: message.id, message, leads: last === undefined || !joins(last, message) });
    last = message;
  }
  addOwnLines(Infinity);
  return entries;
}

function joins(last: LocalMessage, message: LocalMessage): boolean {
  return (
    last.author.id === message.author.id &&
    message.message_reference === undefined &&
    message.interaction_metadata === undefined &&
    isEphemeral(last) === isEphemeral(message) &&
    Date.parse(message.timestamp) - Date.parse(last.timestamp) < JOINED_MS
  );
}

function isEphemeral(message: LocalMessage): boolean {
  return ((message.flags ?? 0) & EPHEMERAL) !== 0;
}
