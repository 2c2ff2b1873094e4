const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address at which this page may load a picture, or undefined for one elsewhere on the web: the page asks nothing of
 * the outside. The server's own files come from wherever the page came from, so that they load on a phone too.
 */
export function pictureUrl(address: string): string | undefined {
  if (!URL.canParse(address, location.href)) return undefined;
  const url = new URL(address, location.href);
  if (url.origin === location.origin || url.protocol === 'data:' || url.protocol === 'blob:') return url.href;
  if (url.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) return undefined;
  return url.port === location.port ? `${url.pathname}${url.search}` : url.href;
}
