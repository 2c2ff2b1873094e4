/** What gateway clients send, parsed. https://discord.com/developers/docs/events/gateway-events#send-events */
import * as v from 'valibot';

const payload = v.object({ op: v.number(), d: v.optional(v.unknown()) });
const identify = v.object({
  token: v.string(),
  intents: v.pipe(v.number(), v.integer()),
  shard: v.optional(v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), v.pipe(v.number(), v.integer(), v.minValue(1))]), [0, 1]),
});
const resume = v.object({ token: v.string(), session_id: v.string(), seq: v.number() });
const membersRequest = v.object({
  guild_id: v.string(),
  query: v.optional(v.string()),
  limit: v.optional(v.number(), 0),
  user_ids: v.optional(v.union([v.string(), v.array(v.string())])),
  nonce: v.optional(v.string()),
});

export type Identify = v.InferOutput<typeof identify>;
export type Resume = v.InferOutput<typeof resume>;
export type MembersRequest = v.InferOutput<typeof membersRequest>;

/** Undefined for what is no payload. */
export function parsePayload(text: string | undefined): { readonly op: number; readonly d?: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    const result = v.safeParse(payload, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

export function parseIdentify(data: unknown): Identify | undefined {
  const result = v.safeParse(identify, data);
  return result.success ? result.output : undefined;
}

export function parseResume(data: unknown): Resume | undefined {
  const result = v.safeParse(resume, data);
  return result.success ? result.output : undefined;
}

export function parseMembersRequest(data: unknown): MembersRequest | undefined {
  const result = v.safeParse(membersRequest, data);
  return result.success ? result.output : undefined;
}
