import { redact } from './rest/redact.ts';

/** What the bot says to its operator; pino's methods fit. Never a prompt, never a token. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * An error as a log field: its names and texts down to the first cause.
 * Other properties are left out, as those of AWS errors can hold whole table rows, prompts and interaction tokens included.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return redact(String(error));
  const own = `${error.name}: ${redact(error.message)}`;
  return error.cause === undefined ? own : `${own} ← ${reasonOf(error.cause)}`;
}
