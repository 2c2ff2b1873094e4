/** What a process and its model host say to each other; every request has an id, and exactly one answer carries it. */
import * as v from 'valibot';
import { AS_BEFORE } from './kept-feeds.ts';

const dims = v.custom<readonly number[]>(isNumberList);
const floats = v.custom<Float32Array>((data) => data instanceof Float32Array);
const whole = v.custom<Int32Array>((data) => data instanceof Int32Array);
const tensor = v.object({ dims, data: floats });
const feed = v.union([v.literal(AS_BEFORE), tensor, v.object({ dims, data: whole })]);
const names = v.custom<readonly string[]>((list) => Array.isArray(list) && list.every((name) => typeof name === 'string'));
const id = v.number();
const session = v.number();

const request = v.variant('kind', [
  v.object({
    kind: v.literal('open'),
    id,
    session,
    source: v.object({
      name: v.string(),
      model: v.custom<Uint8Array>((model) => model instanceof Uint8Array),
      weightsRoot: v.string(),
      weightBytes: v.number(),
      threads: v.optional(v.number()),
    }),
  }),
  v.object({ kind: v.literal('run'), id, session, feeds: v.record(v.string(), feed), outputs: names }),
  v.object({ kind: v.literal('close'), id, session }),
]);

const answer = v.variant('kind', [
  v.object({ kind: v.literal('done'), id }),
  v.object({
    kind: v.literal('ran'),
    id,
    outputs: v.record(v.string(), tensor),
    /** Milliseconds inside onnxruntime. */
    insideMs: v.number(),
  }),
  v.object({ kind: v.literal('failed'), id, message: v.string() }),
]);

export type HostRequest = v.InferOutput<typeof request>;
export type HostAnswer = v.InferOutput<typeof answer>;

export function parseRequest(message: unknown): HostRequest {
  return v.parse(request, message);
}

export function parseAnswer(message: unknown): HostAnswer {
  return v.parse(answer, message);
}

function isNumberList(list: unknown): boolean {
  return Array.isArray(list) && list.every((item) => typeof item === 'number');
}
