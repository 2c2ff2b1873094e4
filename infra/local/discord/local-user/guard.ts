/**
 * Keeps other web sites out. The local Discord has no passwords: whoever can call it acts as Ada the admin. It listens on
 * the loopback only, so what is left are pages in the same browser: those that call us from elsewhere (Origin), and those
 * whose own host name was pointed at 127.0.0.1 (Host).
 */

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Whether a request comes from this machine's own page or from no page at all. */
export function isOurs(headers: { readonly host: string | undefined; readonly origin: string | undefined; readonly site: string | undefined }): boolean {
  const { host, origin, site } = headers;
  if (host === undefined || !LOOPBACK.test(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site !== 'cross-site';
}
