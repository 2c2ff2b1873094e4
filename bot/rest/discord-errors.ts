/**
 * What can go wrong when speaking to Discord, by what helps:
 *
 * - `TokenExpired`: the interaction token is no longer good. Say it in the channel, with the bot token.
 * - `Unreachable`: that channel, message or person is closed to the bot. Nothing said there will arrive.
 * - `RefusedByDiscord`: the request is wrong. No retry can help; the fault is ours.
 * - `BadBotToken`: the bot token is wrong or was reset. Only the operator can help.
 * - `Broke`: Discord or the way to it is down, or says wait. Try again later.
 *
 * The URLs of webhooks and interactions contain tokens, so neither texts nor causes ever hold a URL whole.
 */

/** What the classes share: what was asked (`PATCH /webhooks/1/…/messages/@original`), and the answer where there was one. */
export class DiscordError extends Error {
  override readonly name: string = 'DiscordError';
  constructor(
    text: string,
    readonly request: string,
    readonly status: number | undefined,
    /** Discord's own number for the error (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json). */
    readonly code: number | undefined,
    options?: ErrorOptions,
  ) {
    super(text, options);
  }
}

export class TokenExpired extends DiscordError {
  override readonly name = 'TokenExpired';
}

export class Unreachable extends DiscordError {
  override readonly name = 'Unreachable';
}

export class RefusedByDiscord extends DiscordError {
  override readonly name = 'RefusedByDiscord';
}

export class BadBotToken extends DiscordError {
  override readonly name = 'BadBotToken';
}

export class Broke extends DiscordError {
  override readonly name = 'Broke';
  /** How long Discord asks to wait, where that is why. */
  readonly retryAfterSeconds: number | undefined;
  constructor(text: string, request: string, status: number | undefined, code: number | undefined, { retryAfterSeconds, ...options }: ErrorOptions & { readonly retryAfterSeconds?: number } = {}) {
    super(text, request, status, code, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether it may have been carried out all the same, maybe later: nobody said that it was not. */
  get mayStillLand(): boolean {
    return this.status !== 429;
  }
}
