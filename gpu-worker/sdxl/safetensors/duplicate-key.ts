/**
 * The first key that some object of a JSON text has twice, or `undefined`. `JSON.parse` keeps the last of them without a word,
 * so two readers could take different weights from one file. The text must already have passed `JSON.parse`.
 */
export function findDuplicateKey(json: string): string | undefined {
  const seen: (Set<string> | undefined)[] = []; // one per open bracket; `undefined` for an array
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{') seen.push(new Set());
    else if (char === '[') seen.push(undefined);
    else if (char === '}' || char === ']') seen.pop();
    else if (char === '"') {
      const end = endOfString(json, at);
      const keys = seen.at(-1);
      if (keys !== undefined && isKey(json, end)) {
        const key = String(JSON.parse(json.slice(at, end)));
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(json: string, after: number): boolean {
  let at = after;
  while (' \t\r\n'.includes(json[at] ?? 'end')) at++;
  return json[at] === ':';
}
