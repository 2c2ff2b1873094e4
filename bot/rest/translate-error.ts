import { DiscordAPIError, HTTPError, RateLimitError } from '@discordjs/rest';
import type { DiscordError } from './discord-errors.ts';
import { BadBotToken, Broke, RefusedByDiscord, TokenExpired, Unreachable } from './discord-errors.ts';
import { redact, redactedCopy } from './redact.ts';

/** Whose token a request is made with; the same code means different things under either. */
export type Authority = 'bot' | 'interaction';

/** Unknown webhook, unknown interaction, invalid webhook token. */
const TOKEN_IS_GONE: ReadonlySet<number> = new Set([10015, 10062, 50027]);
/**
 * Unknown channel, guild, message, user; no access, no DMs, no permission; archived thread; no mutual guild;
 * blocked by the person or by AutoMod.
 */
const CLOSED: ReadonlySet<number> = new Set([10003, 10004, 10008, 10013, 50001, 50007, 50013, 50083, 50278, 90001, 200000]);

/** Turns what @discordjs/rest throws into one of our errors, with a redacted copy as its cause. */
export function translateError(error: unknown, authority: Authority, method: string, path: string): DiscordError {
  const request = redact(`${method} ${path}`);
  const cause = { cause: redactedCopy(error) };
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code) || undefined;
    const says = `${request}: Discord answered ${error.status}${code === undefined ? '' : ` (${code})`}: ${redact(error.message)}`;
    return new (kindOf(error.status, code, authority))(says, request, error.status, code, cause);
  }
  if (error instanceof HTTPError) {
    return new Broke(`${request}: Discord answered ${error.status}`, request, error.status, undefined, cause);
  }
  if (error instanceof RateLimitError) {
    const retryAfterSeconds = Math.ceil(error.retryAfter / 1000);
    return new Broke(`${request}: Discord asks to wait ${retryAfterSeconds} s`, request, 429, undefined, { ...cause, retryAfterSeconds });
  }
  // @discordjs/rest forgets the token after one 401 and then refuses to send at all.
  if (error instanceof Error && error.message.includes('Expected token to be set')) {
    return new BadBotToken(`${request}: the bot token was refused before`, request, 401, undefined, cause);
  }
  return new Broke(`${request}: no usable answer from Discord: ${reasonOf(error)}`, request, undefined, undefined, cause);
}

function kindOf(status: number, code: number | undefined, authority: Authority) {
  const knownCode = code ?? 0;
  if (authority === 'interaction') {
    const tokenIsGone = TOKEN_IS_GONE.has(knownCode) || status === 401 || status === 404;
    if (tokenIsGone) return TokenExpired;
  }
  if (status === 401) return BadBotToken;
  if (CLOSED.has(knownCode) || status === 403 || status === 404) return Unreachable;
  return status === 429 || status >= 500 ? Broke : RefusedByDiscord;
}

/** The innermost reason: "fetch failed" says nothing, its cause says ECONNREFUSED. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return redact(String(error));
  if (error.name === 'AbortError') return 'it did not answer in time';
  return error.cause instanceof Error ? reasonOf(error.cause) : redact(error.message);
}
