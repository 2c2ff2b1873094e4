const MOST = 300;

/** What a native error says first; the rest is for those who build the library. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return line.slice(0, MOST);
}
