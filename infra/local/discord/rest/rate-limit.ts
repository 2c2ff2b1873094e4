/**
 * Rate limits as @discordjs/rest reads them: a bucket for each route and its major parameter, and a global one for the bot.
 * Discord publishes no numbers; these are what its headers have been seen to say. https://discord.com/developers/docs/topics/rate-limits
 *
 * They run on the machine's clock, never on an injected one: clients wait in real seconds.
 */
import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

interface Limit {
  readonly requests: number;
  readonly perMs: number;
}

const LIMITS: ReadonlyMap<string, Limit> = new Map([
  ['POST /channels/:id/messages', { requests: 5, perMs: 5000 }],
  ['PATCH /channels/:id/messages/:id', { requests: 5, perMs: 5000 }],
  ['DELETE /channels/:id/messages/:id', { requests: 5, perMs: 1000 }],
  ['REACT /channels/:id/messages/:id/reactions', { requests: 1, perMs: 250 }],
  ['POST /webhooks/:id/:token', { requests: 5, perMs: 2000 }],
  ['PATCH /webhooks/:id/:token/messages/:id', { requests: 5, perMs: 2000 }],
]);
const ANY_OTHER: Limit = { requests: 50, perMs: 1000 };
const GLOBAL: Limit = { requests: 50, perMs: 1000 };

interface Window {
  endsAt: number;
  left: number;
}

/** A middleware for `/api/v10/*`; each process start begins with full buckets. */
export function rateLimits(): MiddlewareHandler {
  const windows = new Map<string, Window>();
  const take = (key: string, { requests, perMs }: Limit): Window & { readonly refused: boolean } => {
    const now = Date.now();
    let window = windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + perMs, left: requests };
      windows.set(key, window);
      if (windows.size > 10_000) for (const [old, { endsAt }] of windows) if (endsAt <= now) windows.delete(old);
    }
    if (window.left === 0) return { ...window, refused: true };
    window.left -= 1;
    return { ...window, refused: false };
  };

  return async (c, next) => {
    const path = new URL(c.req.url).pathname.replace(/^\/api\/v\d+/, '');
    const { route, key } = bucketOf(c.req.method, path);
    const limit = LIMITS.get(route) ?? ANY_OTHER;
    const window = take(key, limit);
    const resetAfter = Math.max(0, window.endsAt - Date.now()) / 1000;
    c.header('X-RateLimit-Limit', `${limit.requests}`);
    c.header('X-RateLimit-Remaining', `${window.left}`);
    c.header('X-RateLimit-Reset', (window.endsAt / 1000).toFixed(3));
    c.header('X-RateLimit-Reset-After', resetAfter.toFixed(3));
    c.header('X-RateLimit-Bucket', createHash('md5').update(route).digest('hex'));
    if (window.refused) {
      c.header('X-RateLimit-Scope', 'user');
      c.header('Retry-After', `${Math.ceil(resetAfter)}`);
      return c.json({ message: 'You are being rate limited.', retry_after: resetAfter, global: false }, 429);
    }
    // Interactions and their webhooks carry no bot token, and are not bound by its global limit.
    const bot = c.req.header('authorization');
    const overall = bot === undefined ? undefined : take(`global ${bot}`, GLOBAL);
    if (overall?.refused === true) {
      const wait = Math.max(0, overall.endsAt - Date.now()) / 1000;
      c.header('X-RateLimit-Global', 'true');
      c.header('X-RateLimit-Scope', 'global');
      c.header('Retry-After', `${Math.ceil(wait)}`);
      return c.json({ message: 'You are being rate limited.', retry_after: wait, global: true }, 429);
    }
    return next();
  };
}

/** The route with its ids struck out, and the bucket: the same, but for the major parameter. */
function bucketOf(method: string, path: string): { route: string; key: string } {
  const [, kind = '', id = '', token = ''] = path.split('/');
  const major = kind === 'webhooks' || kind === 'interactions' ? `${id}/${token}` : id;
  if (path.includes('/reactions/')) {
    const route = method === 'GET' ? 'GET /channels/:id/messages/:id/reactions' : 'REACT /channels/:id/messages/:id/reactions';
    return { route, key: `${route} ${major}` };
  }
  const shape = path.replaceAll(/\/(\d+|@original)(?=\/|$)/g, '/:id');
  const route = `${method} ${kind === 'webhooks' || kind === 'interactions' ? shape.replace(/^(\/\w+\/:id)\/[^/]+/, '$1/:token') : shape}`;
  return { route, key: `${route} ${major}` };
}
