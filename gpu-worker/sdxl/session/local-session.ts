import type * as Ort from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import type { Tensor } from '../tensor.ts';
import { sessionOptions } from './session-options.ts';
import type { SessionSource } from './session-options.ts';
import type { Feed } from './session.ts';

export interface TimedRun {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Milliseconds inside onnxruntime. */
  readonly insideMs: number;
}

/** A graph loaded into this process. Creating and running it block the event loop; a run cannot be cancelled. */
export class LocalSession {
  private constructor(
    private readonly ort: typeof Ort,
    private readonly session: InferenceSession,
  ) {}

  static async create(source: SessionSource): Promise<LocalSession> {
    // Loaded only here: a process whose sessions live in a child never needs the native library.
    const ort = await import('onnxruntime-node');
    return new LocalSession(ort, await ort.InferenceSession.create(source.model, sessionOptions(source)));
  }

  async run(feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]): Promise<TimedRun> {
    const { Tensor } = this.ort;
    const tensors = Object.entries(feeds).map(([name, { data, dims }]) => {
      return [name, data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int32', data, dims)] as const;
    });
    const start = performance.now();
    const results = await this.session.run(Object.fromEntries(tensors), outputs);
    const insideMs = performance.now() - start;
    return { outputs: Object.fromEntries(outputs.map((name) => [name, floatTensor(name, results[name])])), insideMs };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function floatTensor(name: string, value: InferenceSession.ReturnType[string] | undefined): Tensor {
  const data = value?.data;
  if (value === undefined || !(data instanceof Float32Array)) throw new TypeError(`output ${name} is not a float32 tensor`);
  return { dims: value.dims, data };
}
