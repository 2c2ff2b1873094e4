/**
 * How long a 429 or 503 asks to wait: `Retry-After` in seconds or as a date, or `t` of the `RateLimit` header that the hub sends
 * (https://huggingface.co/docs/hub/rate-limits).
 */
export function waitSeconds(headers: Headers, now: () => number = Date.now): number | undefined {
  const after = headers.get('retry-after')?.trim();
  if (after !== undefined && /^\d+$/.test(after)) return Number(after);
  const date = after === undefined ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, Math.ceil((date - now()) / 1000));
  const reset = /(?:^|;)\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  return reset === undefined ? undefined : Number(reset);
}
