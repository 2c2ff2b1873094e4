const TOKEN_IN_PATH = /\/(webhooks|interactions)\/(\d+)\/[^/\s?"']+/g;
const BOT_TOKEN = /\b[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}\b/g;

/** Takes the tokens out of a text: those in webhook and interaction paths, and anything of a bot token's form. */
export function redact(text: string): string {
  return text.replaceAll(TOKEN_IN_PATH, '/$1/$2/…').replaceAll(BOT_TOKEN, '…');
}

/**
 * A copy of an error that is safe to keep as a cause. The original is dropped, as the errors of @discordjs/rest carry the
 * URL and the request body, tokens and prompts included, as properties that a logger would print.
 */
export function redactedCopy(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(redact(String(error)));
  const cause = error.cause === undefined ? undefined : { cause: redactedCopy(error.cause) };
  const copy = new Error(redact(error.message), cause);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = redact(error.stack);
  return copy;
}
