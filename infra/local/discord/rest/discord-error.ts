/** A refusal as Discord words it. https://discord.com/developers/docs/topics/opcodes-and-status-codes */

/** One complaint about one field, e.g. `BASE_TYPE_REQUIRED`. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

export class DiscordError extends Error {
  override readonly name = 'DiscordError';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413,
    /** Discord's own number; 0 when the HTTP status says it all. */
    readonly code: number,
    message: string,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(message);
  }

  /** The JSON body: `{ message, code, errors? }`, with `errors` nested by field. */
  toBody(): Readonly<Record<string, unknown>> {
    const body = { message: this.message, code: this.code };
    return this.fields.length === 0 ? body : { ...body, errors: nest(this.fields) };
  }
}

export const unauthorized = (): DiscordError => new DiscordError(401, 0, '401: Unauthorized');
export const notFound = (): DiscordError => new DiscordError(404, 0, '404: Not Found');
export const unknownChannel = (): DiscordError => new DiscordError(404, 10003, 'Unknown Channel');
export const unknownGuild = (): DiscordError => new DiscordError(404, 10004, 'Unknown Guild');
export const unknownMember = (): DiscordError => new DiscordError(404, 10007, 'Unknown Member');
export const unknownMessage = (): DiscordError => new DiscordError(404, 10008, 'Unknown Message');
export const unknownUser = (): DiscordError => new DiscordError(404, 10013, 'Unknown User');
export const unknownEmoji = (): DiscordError => new DiscordError(400, 10014, 'Unknown Emoji');
export const unknownWebhook = (): DiscordError => new DiscordError(404, 10015, 'Unknown Webhook');
export const unknownInteraction = (): DiscordError => new DiscordError(404, 10062, 'Unknown interaction');
export const unknownCommand = (): DiscordError => new DiscordError(404, 10063, 'Unknown application command');
export const entityTooLarge = (): DiscordError => new DiscordError(413, 40005, 'Request entity too large');
export const alreadyAcknowledged = (): DiscordError => new DiscordError(400, 40060, 'Interaction has already been acknowledged.');
export const missingAccess = (): DiscordError => new DiscordError(403, 50001, 'Missing Access');
export const notYourMessage = (): DiscordError => new DiscordError(403, 50005, 'Cannot edit a message authored by another user');
export const emptyMessage = (): DiscordError => new DiscordError(400, 50006, 'Cannot send an empty message');
export const dmsClosed = (): DiscordError => new DiscordError(403, 50007, 'Cannot send messages to this user');
export const missingPermissions = (): DiscordError => new DiscordError(403, 50013, 'Missing Permissions');
export const invalidWebhookToken = (): DiscordError => new DiscordError(401, 50027, 'Invalid Webhook Token');
export const invalidFormBody = (fields: readonly FieldError[]): DiscordError => new DiscordError(400, 50035, 'Invalid Form Body', fields);
export const invalidJson = (): DiscordError => new DiscordError(400, 50109, 'The request body contains invalid JSON.');

type Nested = { [key: string]: Nested | { code: string; message: string }[] };

function nest(fields: readonly FieldError[]): Nested {
  const root: Nested = {};
  for (const { path, code, message } of fields) {
    let node = root;
    for (const key of path) {
      const child = node[key];
      if (child !== undefined && !Array.isArray(child)) node = child;
      else {
        const fresh: Nested = {};
        node[key] = fresh;
        node = fresh;
      }
    }
    const errors = node['_errors'];
    if (Array.isArray(errors)) errors.push({ code, message });
    else node['_errors'] = [{ code, message }];
  }
  return root;
}
