/** What people's clients send, parsed. The shapes are those of `page-protocol.ts`. */
import * as v from 'valibot';
import type { Upload } from '../messages/upload.ts';
import type { ClientEvent, LocalInteraction, LocalUserSettings, SendMessage } from '../page-protocol.ts';
import { readBody } from '../validation/read-body.ts';
import { LocalRefusal } from './local-refusal.ts';

const id = v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'not an id'));
const invoked = {
  channelId: id,
  commandId: id,
  subcommand: v.exactOptional(v.pipe(v.array(v.string()), v.maxLength(2))),
  options: v.array(v.object({ name: v.string(), value: v.union([v.string(), v.number(), v.boolean()]) })),
};
const interaction = v.variant('kind', [
  v.object({ kind: v.literal('command'), ...invoked, targetId: v.exactOptional(id) }),
  v.object({ kind: v.literal('autocomplete'), ...invoked, focused: v.string() }),
  v.object({ kind: v.literal('component'), channelId: id, messageId: id, customId: v.string(), values: v.exactOptional(v.array(v.string())) }),
  v.object({ kind: v.literal('modal'), interactionId: id, fields: v.record(v.string(), v.union([v.string(), v.array(v.string())])) }),
]);
const message = v.object({ content: v.string(), replyTo: v.exactOptional(id) });
const settings = v.object({ dmsClosed: v.exactOptional(v.boolean()) });
const directMessage = v.object({ with: id });
const newChannel = v.object({ name: v.pipe(v.string(), v.regex(/^[\p{L}\p{N}_-]{1,100}$/u, 'not a channel’s name')) });
const denied = v.object({ who: id, permissions: v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'no set of bits')) });
const clientEvent = v.object({ type: v.literal('typing'), channelId: id });

type Sent<T> = { readonly body: T; readonly uploads: readonly Upload[] };

/** @throws {LocalRefusal} naming the first field that does not fit */
export const readInteraction = (request: Request): Promise<Sent<LocalInteraction>> => read(request, interaction);
/** @throws {LocalRefusal} */
export const readMessage = (request: Request): Promise<Sent<SendMessage>> => read(request, message);
/** @throws {LocalRefusal} */
export const readSettings = (request: Request): Promise<Sent<LocalUserSettings>> => read(request, settings);
/** @throws {LocalRefusal} */
export const readDirectMessage = (request: Request): Promise<Sent<{ readonly with: string }>> => read(request, directMessage);
/** @throws {LocalRefusal} */
export const readNewChannel = (request: Request): Promise<Sent<{ readonly name: string }>> => read(request, newChannel);
/** @throws {LocalRefusal} */
export const readDenied = (request: Request): Promise<Sent<{ readonly who: string; readonly permissions: string }>> => read(request, denied);

/** Undefined for anything else; a socket has nobody to complain to. */
export function parseClientEvent(text: string): ClientEvent | undefined {
  try {
    const result = v.safeParse(clientEvent, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

async function read<Schema extends v.GenericSchema>(request: Request, schema: Schema): Promise<Sent<v.InferOutput<Schema>>> {
  const { json, uploads } = await readBody(request);
  const result = v.safeParse(schema, json);
  if (result.success) return { body: result.output, uploads };
  const [issue] = result.issues;
  throw new LocalRefusal('malformed', `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`, v.getDotPath(issue) ?? undefined);
}
