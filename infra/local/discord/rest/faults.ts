/** Bad days of Discord, on request: so that it can be tried what a bot does when its API breaks, stalls or loses an answer. */
import type { MiddlewareHandler } from 'hono';

export interface Fault {
  /** Matches `METHOD /path`, the path without `/api/v10`: `/^POST \/channels/`. */
  readonly route: RegExp;
  /** Matches what the request says: its body as text, files and all. Any when left out. */
  readonly saying?: RegExp;
  /** How many matching requests it befalls; `Infinity`: until the faults are cleared. */
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
  /** An outage: whatever is asked, the answer is 503. */
  isDown = false;
  /** When a fault last befell a request: epoch ms. */
  lastAt = 0;

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  middleware(): MiddlewareHandler {
    return async (c, next) => {
      if (this.isDown) return new Response('upstream connect error', { status: 503 });
      const route = `${c.req.method} ${new URL(c.req.url).pathname.replace(/^\/api\/v10/, '')}`;
      const fault = await this.#take(route, c.req.raw);
      if (fault === undefined) return next();
      const { status, body, headers, delayMs = 0, when = 'before' } = fault;
      if (when === 'after') await next();
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answer = new Response(JSON.stringify(body ?? { message: `${status}: by request`, code: 0 }), { status, headers: { 'content-type': 'application/json', ...headers } });
      if (when === 'before') return answer;
      c.res = undefined;
      c.res = answer;
      return undefined;
    };
  }

  async #take(route: string, request: Request): Promise<Fault | undefined> {
    const isNear = this.#pending.some(({ fault, left }) => left > 0 && fault.saying !== undefined && fault.route.test(route));
    const said = isNear ? await request.clone().text() : '';
    const pending = this.#pending.find(({ fault, left }) => left > 0 && fault.route.test(route) && (fault.saying?.test(said) ?? true));
    if (pending === undefined) return undefined;
    pending.left -= 1;
    this.lastAt = Date.now();
    return pending.fault;
  }
}
