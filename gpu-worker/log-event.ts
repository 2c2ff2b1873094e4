import type { Logger } from 'pino';
import { redact } from '../bot/rest/redact.ts';

interface Event {
  readonly name: string;
  readonly error?: unknown;
}

/** Events that say no more than that the loop turns. */
const QUIET = new Set(['queue:receive:ok', 'job:heartbeat:ok', 'task:protect:ok', 'task:unprotect:ok', 'message:delete:ok']);
/** Outcomes that an operator should look at. */
const LOUD = /:(failed|lost|malformed|unknown|overdue|unreachable|refused|after-end)$/;

/** Writes an event as one line: its name is the message, its ids are fields. */
export function logEvent(log: Logger, { name, error, ...fields }: Event): void {
  const line = error === undefined ? fields : { ...fields, error: plainError(error) };
  if (QUIET.has(name)) log.debug(line, name);
  else if (LOUD.test(name)) log.warn(line, name);
  else log.info(line, name);
}

/** An error's own words and those of its causes. Other properties stay out: an error may carry what it choked on. */
export function plainError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  return {
    type: error.name,
    message: redact(error.message),
    ...(error.stack !== undefined && { stack: redact(error.stack) }),
    ...(error.cause !== undefined && { cause: plainError(error.cause) }),
  };
}
