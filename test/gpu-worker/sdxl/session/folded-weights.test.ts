import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, it } from 'vitest';
import { Graph } from '../../../../gpu-worker/sdxl/onnx/graph.ts';
import { sessionOptions } from '../../../../gpu-worker/sdxl/session/session-options.ts';

it("with a GPU's options a Transpose of a weight in a file is computed when the session is created, as NhwcConv needs it", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'refinery-')));
  try {
    const file = join(folder, 'weights.bin');
    await writeFile(file, new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer));
    const graph = new Graph('folded', 18);
    const { value } = graph.weight({ name: 'w', dims: [2, 3], dtype: 'F32', file, offset: 0, length: 24 });
    const x = graph.input('x', 'float32', [3, 2]);
    graph.output('y', 'float32', [3, 2], graph.node('Add', [x, graph.weightNode('Transpose', [value])]));
    const built = graph.build();
    const optimizedModelFilePath = join(folder, 'optimized.onnx');
    const options = { ...sessionOptions({ name: 'folded', ...built, provider: 'cuda' }), executionProviders: ['cpu'], optimizedModelFilePath };
    const session = await ort.InferenceSession.create(built.model, options);
    const { y } = await session.run({ x: new ort.Tensor('float32', new Float32Array(6), [3, 2]) });
    await session.release();
    expect(y?.data).toEqual(new Float32Array([1, 4, 2, 5, 3, 6]));
    const kept = fromBinary(ModelProtoSchema, await readFile(optimizedModelFilePath));
    expect(kept.graph?.node.map(({ opType }) => opType)).not.toContain('Transpose');
    expect(kept.graph?.node.map(({ opType }) => opType)).toContain('Add');
  } finally {
    await rm(folder, { recursive: true });
  }
});
