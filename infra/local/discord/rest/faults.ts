/** Bad days of Discord, on request: so that it can be tried what a bot does when its API breaks, stalls or loses an answer. */
import type { MiddlewareHandler } from 'hono';

export interface Fault {
  /** Matches `METHOD /path`, the path without `/api/v10`: `/^POST \/channels/`. */
  readonly route: RegExp;
  /** How many matching requests it befalls. */
  readonly times: number;
  /** `before`: refused, nothing happened. `after`: carried out, but the sender gets this answer instead of the real one. */
  readonly when?: 'before' | 'after';
  /** E.g. 503; 429 with a body `{ retry_after }` and headers such as `x-ratelimit-scope: shared`. */
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before the answer leaves. */
  readonly delayMs?: number;
}

export class Faults {
  readonly #pending: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  middleware(): MiddlewareHandler {
    return async (c, next) => {
      const route = `${c.req.method} ${new URL(c.req.url).pathname.replace(/^\/api\/v10/, '')}`;
      const pending = this.#pending.find(({ fault, left }) => left > 0 && fault.route.test(route));
      if (pending === undefined) return next();
      pending.left -= 1;
      const { status, body, headers, delayMs = 0, when = 'before' } = pending.fault;
      if (when === 'after') await next();
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answer = new Response(JSON.stringify(body ?? { message: `${status}: by request`, code: 0 }), { status, headers: { 'content-type': 'application/json', ...headers } });
      if (when === 'before') return answer;
      c.res = undefined;
      c.res = answer;
      return undefined;
    };
  }
}
