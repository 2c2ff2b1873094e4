import type { Log } from '../../bot/log.ts';

/** A log that keeps its lines for the test to look at. */
export function keepLog(): Log & { readonly lines: { readonly level: string; readonly text: string; readonly [field: string]: unknown }[] } {
  const lines: { level: string; text: string }[] = [];
  const at = (level: string) => (fields: object, text: string) => void lines.push({ level, text, ...fields });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
