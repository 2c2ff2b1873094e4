/** The address in full if it is one that a page may link to (http or https, no user name in it), else undefined. */
export function safeUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  return web && url.username === '' && url.password === '' ? url.href : undefined;
}

/**
 * Whether the text of a masked link could be read as an address itself. Such links are shown as they were typed, as
 * Discord does: `[https://bank.example](https://thief.example)` must not look like the bank.
 */
export function looksLikeAddress(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  return /:\/\/|\bwww\.|[\p{L}\p{N}-]+\.\p{L}{2,}(?:$|[/:?#\s])/iu.test(plain);
}
