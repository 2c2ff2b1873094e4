import { fromBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../../gpu-worker/sdxl/onnx/encode-model.ts';
import { Graph } from '../../../../gpu-worker/sdxl/onnx/graph.ts';
import { ELEMENT_TYPES } from '../../../../gpu-worker/sdxl/onnx/model.ts';
import type { ModelDef } from '../../../../gpu-worker/sdxl/onnx/model.ts';

const EMPTY: ModelDef = { name: 'empty', opset: 21, inputs: [], outputs: [], nodes: [], initializers: [] };

function decode(model: Uint8Array) {
  return fromBinary(ModelProtoSchema, model);
}

describe('an encoded model, read back by the official schema', () => {
  it('says which operator sets it uses', () => {
    const { opsetImport, irVersion, graph } = decode(encodeModel(EMPTY));
    expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 21n], ['com.microsoft', 1n]]);
    expect(irVersion).toBe(10n);
    expect(graph?.name).toBe('empty');
  });

  it('keeps nodes in order, with their domains, inputs (absent ones too), outputs and attributes', () => {
    const node = {
      op: 'Resize',
      domain: 'com.microsoft',
      inputs: ['x', '', 'größe'],
      outputs: ['y', 'z'],
      attributes: { axis: { int: -1 }, big: { int: 2 ** 40 }, eps: { float: 1e-5 }, pads: { ints: [0, 1, -2, 300] }, mode: { text: 'nearest' } },
    };
    const [first, second] = decode(encodeModel({ ...EMPTY, nodes: [node, { ...node, op: 'Cast' }] })).graph?.node ?? [];
    expect(second?.opType).toBe('Cast');
    expect(first).toMatchObject({ opType: 'Resize', domain: 'com.microsoft', input: ['x', '', 'größe'], output: ['y', 'z'] });
    expect(first?.attribute).toMatchObject([
      { name: 'axis', type: AttributeProto_AttributeType.INT, i: -1n },
      { name: 'big', type: AttributeProto_AttributeType.INT, i: 2n ** 40n },
      { name: 'eps', type: AttributeProto_AttributeType.FLOAT, f: Math.fround(1e-5) },
      { name: 'pads', type: AttributeProto_AttributeType.INTS, ints: [0n, 1n, -2n, 300n] },
      { name: 'mode', type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode('nearest') },
    ]);
  });

  it('keeps fixed and named dimensions of inputs and outputs', () => {
    const value = { name: 'x', type: 'float16', dims: ['batch', 4, 0] } as const;
    const { graph } = decode(encodeModel({ ...EMPTY, inputs: [value], outputs: [{ ...value, name: 'y' }] }));
    const type = graph?.input[0]?.type?.value;
    expect(type?.case).toBe('tensorType');
    if (type?.case !== 'tensorType') return;
    expect(type.value.elemType).toBe(ELEMENT_TYPES.float16);
    expect(type.value.shape?.dim.map(({ value }) => value)).toMatchObject([
      { case: 'dimParam', value: 'batch' },
      { case: 'dimValue', value: 4n },
      { case: 'dimValue', value: 0n },
    ]);
    expect(graph?.output[0]?.name).toBe('y');
  });

  it('carries small initializers itself and refers to large ones by file, offset and length', () => {
    const contents = { location: 'models/unet.safetensors', offset: 2 ** 33 + 5, length: 640 };
    const { graph } = decode(
      encodeModel({
        ...EMPTY,
        initializers: [
          { name: 'two', type: 'int64', dims: [1], contents: new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0]) },
          { name: 'w', type: 'bfloat16', dims: [320, 1, 1], contents },
        ],
      }),
    );
    expect(graph?.initializer[0]).toMatchObject({ name: 'two', dataType: ELEMENT_TYPES.int64, dims: [1n], rawData: new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0]) });
    expect(graph?.initializer[1]).toMatchObject({ name: 'w', dims: [320n, 1n, 1n], dataLocation: TensorProto_DataLocation.EXTERNAL });
    expect(graph?.initializer[1]?.externalData.map(({ key, value }) => [key, value])).toEqual([
      ['location', 'models/unet.safetensors'],
      ['offset', '8589934597'],
      ['length', '640'],
    ]);
  });
});

describe('a graph under construction', () => {
  it('enters equal constants once', () => {
    const graph = new Graph('g');
    const same = [graph.ints([0, -1]), graph.ints([0, -1]), graph.floats([1, 2]), graph.floats([1, 2])];
    expect(new Set(same).size).toBe(2);
    expect(decode(graph.build().model).graph?.initializer).toHaveLength(2);
  });

  it('tells constants apart that differ in values, shape or type', () => {
    const graph = new Graph('g');
    const long = Array.from({ length: 99 }, () => 1);
    const values = [graph.ints([1]), graph.floats([1]), graph.floats([1], [1, 1]), graph.floats(long), graph.floats([...long, 1])];
    expect(new Set(values).size).toBe(5);
  });
});
