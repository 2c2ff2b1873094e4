/**
 * Keeps other web sites out. The local Discord has no passwords: whoever can call it acts as Ada the admin. It listens on
 * the loopback only, so what is left are pages in the same browser: those that call us from elsewhere (Origin), and those
 * whose own host name was pointed at 127.0.0.1 (Host).
 */

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers set and pages cannot. */
  readonly site: string | undefined;
}

/** Whether a request comes from this machine's own page or from no page at all. */
export function isOurs(caller: Caller): boolean {
  return hasOurName(caller) && caller.site !== 'cross-site';
}

/** What is asked of a link to the page itself, which may be followed from anywhere. */
export function hasOurName({ host, origin }: Caller): boolean {
  if (host === undefined || !LOOPBACK.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}
