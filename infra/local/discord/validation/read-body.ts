/** Reads a request's body, JSON or multipart, and holds it against its schema. */
import type { $ZodType } from 'zod/v4/core';
import type { Upload } from '../messages/upload.ts';
import { entityTooLarge, invalidFormBody, invalidJson } from '../rest/discord-error.ts';
import type { World } from '../world.ts';
import { check } from './check.ts';
import { unknownFields } from './unknown-fields.ts';

/** Discord's limit on a whole request that sends a message. */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
const MAX_FILES = 10;

export interface RawBody {
  readonly json: unknown;
  readonly uploads: readonly Upload[];
}

/** @throws {DiscordError} 40005 over 25 MiB, 50109 when it is no JSON, 50035 for more than ten files */
export async function readBody(request: Request): Promise<RawBody> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_REQUEST_BYTES) throw entityTooLarge();
  if (request.headers.get('content-type')?.startsWith('multipart/form-data') !== true) return { json: parseJson(await request.text()), uploads: [] };
  const form = await parseForm(request);
  const uploads: Upload[] = [];
  const fields: Record<string, unknown> = {};
  for (const [key, value] of form) {
    if (typeof value === 'string') fields[key] = value;
    else uploads.push({ n: /^files\[(\d+)\]$/.exec(key)?.[1] ?? String(uploads.length), filename: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  if (uploads.length > MAX_FILES) throw invalidFormBody([{ path: ['attachments'], code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${MAX_FILES} or fewer in length.` }]);
  const { payload_json: payload, ...others } = fields;
  return { json: typeof payload === 'string' ? parseJson(payload) : others, uploads };
}

/**
 * Parses what `readBody` read; a field that no schema knows is noticed, not refused, as Discord does.
 * `at`: where this body sits in a larger one, for the errors' paths.
 * @throws {DiscordError} 50035
 */
export function parseBody<Output>(world: World, schema: $ZodType<Output>, raw: unknown, route: string, at: readonly (string | number)[] = []): Output {
  const body = asSchemasSpell(raw);
  const parsed = check(schema, body, at);
  const unknown = unknownFields(schema, body).map((path) => `Discord knows no field ${path.replaceAll(/\d+/g, 'n')} and ignores it`);
  for (const what of unknown) world.notice(`${route}: ${what}`);
  // One that does not get here is counted where its refusal leaves.
  world.bodies.add(route, unknown[0]);
  return parsed;
}

async function parseForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    throw invalidJson();
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson();
  }
}

/**
 * Discord takes some values in two spellings, of which its schemas know one: attachment ids (string, or the number n of
 * `files[n]`) and `default_member_permissions` (number, or the documented string of bits).
 */
function asSchemasSpell(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(asSchemasSpell);
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (key === 'attachments' && Array.isArray(value)) return [key, value.map((item: unknown) => withStringId(item))];
      if (key === 'default_member_permissions' && typeof value === 'string' && /^\d+$/.test(value)) return [key, Number(value)];
      return [key, key === 'data' ? asSchemasSpell(value) : value];
    }),
  );
}

function withStringId(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'number' ? { ...item, id: String(item.id) } : item;
}
