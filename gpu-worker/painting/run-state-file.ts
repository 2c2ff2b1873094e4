import * as v from 'valibot';
import type { RunState } from '../sdxl/pipeline/watch.ts';
import { elementCount } from '../sdxl/tensor.ts';

/** A picture between two steps: which model was at it, and everything needed to go on bit for bit. */
export interface StoppedRun {
  readonly stage: 'base' | 'refiner';
  readonly state: RunState;
}

const FILE_VERSION = 1;

const floats = v.pipe(
  v.object({ f32: v.string() }),
  v.transform(({ f32 }) => new Float32Array(aligned(f32))),
);
const words = v.pipe(
  v.object({ u32: v.string() }),
  v.transform(({ u32 }) => new Uint32Array(aligned(u32))),
);
const file = v.object({
  version: v.literal(FILE_VERSION),
  stage: v.picklist(['base', 'refiner']),
  state: v.object({
    call: v.pipe(v.number(), v.integer(), v.minValue(0)),
    latents: v.pipe(
      v.object({ dims: v.array(v.number()), data: floats }),
      v.check(({ dims, data }) => elementCount(dims) === data.length),
    ),
    sampler: v.object({ numbers: v.record(v.string(), v.number()), arrays: v.record(v.string(), floats) }),
    noise: v.array(
      v.pipe(
        v.object({
          twister: v.object({ words, position: v.number() }),
          spare: v.optional(v.number()),
        }),
        v.transform(({ twister, spare }) => ({ twister, spare })),
      ),
    ),
  }),
});

/** JSON with its arrays in base64, little endian. Float32 throughout: a run that goes on paints the picture it would have painted. */
export function encodeStoppedRun(run: StoppedRun): Uint8Array {
  const text = JSON.stringify({ version: FILE_VERSION, ...run }, (_, value: unknown) => {
    if (value instanceof Float32Array) return { f32: base64(value) };
    if (value instanceof Uint32Array) return { u32: base64(value) };
    return value;
  });
  return new TextEncoder().encode(text);
}

/** @returns `undefined` when the bytes are no such run: then the picture is painted from the start */
export function decodeStoppedRun(bytes: Uint8Array): StoppedRun | undefined {
  const result = v.safeParse(file, parseJson(bytes));
  return result.success ? result.output : undefined;
}

function base64({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A copy that begins at 0, as typed arrays need; a rest that fills no element is dropped. */
function aligned(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  const whole = new Uint8Array(bytes.length - (bytes.length % 4));
  whole.set(bytes.subarray(0, whole.length));
  return whole.buffer;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
