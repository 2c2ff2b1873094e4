import type { InteractionOutcome, LocalChannel, LocalError, LocalInteraction, LocalMessage, LocalState, LocalUser, LocalUserSettings, SendMessage } from '../../page-protocol.ts';

/** The server said no, or could not be reached; `message` is a sentence for the person. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  constructor(
    message: string,
    /** The option or field that is wrong, when it is one. */
    readonly field: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The calls of page-protocol.ts, made for one user. Each throws `CallFailed`. */
export interface Calls {
  state(): Promise<LocalState>;
  /** Newest first. */
  messages(channelId: string, o: { readonly before?: string; readonly limit: number }): Promise<readonly LocalMessage[]>;
  send(channelId: string, message: SendMessage, files: readonly File[]): Promise<LocalMessage>;
  remove(channelId: string, messageId: string): Promise<void>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
  unreact(channelId: string, messageId: string, emoji: string): Promise<void>;
  whoReacted(channelId: string, messageId: string, emoji: string): Promise<readonly LocalUser[]>;
  interact(interaction: LocalInteraction, files: readonly File[], signal?: AbortSignal): Promise<InteractionOutcome>;
  openDirectMessages(userId: string): Promise<LocalChannel>;
  changeSettings(settings: LocalUserSettings): Promise<LocalUser>;
}

/** `userId` null asks as the server's first user. */
export function callsAs(userId: string | null): Calls {
  const user = userId === null ? '' : `user=${encodeURIComponent(userId)}`;

  async function call(method: string, path: string, o: { readonly query?: string; readonly body?: BodyInit; readonly signal?: AbortSignal | undefined } = {}): Promise<unknown> {
    const query = [user, o.query ?? ''].filter((part) => part !== '').join('&');
    const headers: Record<string, string> = typeof o.body === 'string' ? { 'content-type': 'application/json' } : {};
    const response = await fetch(`/local/${path}?${query}`, { method, headers, body: o.body ?? null, signal: o.signal ?? null }).catch((cause: unknown) => {
      throw new CallFailed('The local Discord cannot be reached.', undefined, { cause });
    });
    if (response.status === 204) return undefined;
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw failure(answer, response.status);
    return answer;
  }

  // The server is part of the same program and its types: what it answers is not parsed again.
  return {
    state: () => call('GET', 'state') as Promise<LocalState>,
    messages: (channelId, o) =>
      call('GET', `channels/${channelId}/messages`, { query: `limit=${o.limit}${o.before === undefined ? '' : `&before=${o.before}`}` }) as Promise<readonly LocalMessage[]>,
    send: (channelId, message, files) => call('POST', `channels/${channelId}/messages`, { body: bodyWith(message, files) }) as Promise<LocalMessage>,
    remove: (channelId, messageId) => call('DELETE', messagePath(channelId, messageId)) as Promise<void>,
    react: (channelId, messageId, emoji) => call('PUT', reactionPath(channelId, messageId, emoji)) as Promise<void>,
    unreact: (channelId, messageId, emoji) => call('DELETE', reactionPath(channelId, messageId, emoji)) as Promise<void>,
    whoReacted: (channelId, messageId, emoji) => call('GET', reactionPath(channelId, messageId, emoji)) as Promise<readonly LocalUser[]>,
    interact: (interaction, files, signal) => call('POST', 'interactions', { body: bodyWith(interaction, files), signal }) as Promise<InteractionOutcome>,
    openDirectMessages: (other) => call('POST', 'dms', { body: JSON.stringify({ with: other }) }) as Promise<LocalChannel>,
    changeSettings: (settings) => call('PATCH', 'me', { body: JSON.stringify(settings) }) as Promise<LocalUser>,
  };
}

function messagePath(channelId: string, messageId: string): string {
  return `channels/${channelId}/messages/${messageId}`;
}

function reactionPath(channelId: string, messageId: string, emoji: string): string {
  return `${messagePath(channelId, messageId)}/reactions/${encodeURIComponent(emoji)}`;
}

function bodyWith(json: SendMessage | LocalInteraction, files: readonly File[]): BodyInit {
  if (files.length === 0) return JSON.stringify(json);
  const form = new FormData();
  form.set('payload_json', JSON.stringify(json));
  for (const [index, file] of files.entries()) form.set(`files[${index}]`, file, file.name);
  return form;
}

function failure(answer: unknown, status: number): CallFailed {
  if (isLocalError(answer)) return new CallFailed(answer.error.message, answer.error.field);
  return new CallFailed(`The local Discord answered ${status}.`, undefined);
}

function isLocalError(answer: unknown): answer is LocalError {
  return typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'object' && answer.error !== null && 'message' in answer.error;
}
