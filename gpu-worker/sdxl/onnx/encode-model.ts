import { ELEMENT_TYPES } from './model.ts';
import type { Attribute, Initializer, ModelDef, NodeDef, ValueDef } from './model.ts';
import { Wire } from './wire.ts';

/** ONNX 1.16 */
const IR_VERSION = 10;
/** onnxruntime's own operators: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
export const MICROSOFT = 'com.microsoft';

// AttributeProto.AttributeType
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const INTS = 7;
// TensorProto.DataLocation
const EXTERNAL = 1;

/** Serialises a model as a ModelProto; the numbers below are the field numbers of onnx.proto. */
export function encodeModel(model: ModelDef): Uint8Array {
  const wire = new Wire();
  wire.int(1, IR_VERSION);
  wire.text(2, 'refinery');
  wire.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (inner) => writeNode(inner, node));
    graph.text(2, model.name);
    for (const initializer of model.initializers) graph.message(5, (inner) => writeTensor(inner, initializer));
    for (const input of model.inputs) graph.message(11, (inner) => writeValue(inner, input));
    for (const output of model.outputs) graph.message(12, (inner) => writeValue(inner, output));
  });
  for (const [domain, version] of [['', model.opset], [MICROSOFT, 1]] as const) {
    wire.message(8, (opset) => {
      opset.text(1, domain);
      opset.int(2, version);
    });
  }
  return wire.finish();
}

function writeNode(wire: Wire, node: NodeDef): void {
  for (const input of node.inputs) wire.text(1, input);
  for (const output of node.outputs) wire.text(2, output);
  wire.text(3, node.outputs[0] ?? '');
  wire.text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    wire.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  wire.text(7, node.domain);
}

function writeAttribute(wire: Wire, name: string, attribute: Attribute): void {
  wire.text(1, name);
  if ('int' in attribute) {
    wire.int(3, attribute.int);
    wire.int(20, INT);
  } else if ('float' in attribute) {
    wire.float(2, attribute.float);
    wire.int(20, FLOAT);
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) wire.int(8, value);
    wire.int(20, INTS);
  } else {
    wire.text(4, attribute.text);
    wire.int(20, STRING);
  }
}

function writeTensor(wire: Wire, { name, type, dims, contents }: Initializer): void {
  for (const dim of dims) wire.int(1, dim);
  wire.int(2, ELEMENT_TYPES[type]);
  wire.text(8, name);
  if (contents instanceof Uint8Array) {
    wire.bytes(9, contents);
    return;
  }
  for (const [key, value] of Object.entries(contents)) {
    wire.message(13, (entry) => {
      entry.text(1, key);
      entry.text(2, String(value));
    });
  }
  wire.int(14, EXTERNAL);
}

function writeValue(wire: Wire, { name, type, dims }: ValueDef): void {
  wire.text(1, name);
  wire.message(2, (typeProto) => {
    typeProto.message(1, (tensor) => {
      tensor.int(1, ELEMENT_TYPES[type]);
      tensor.message(2, (shape) => {
        for (const dim of dims) {
          shape.message(1, (inner) => {
            if (typeof dim === 'number') inner.int(1, dim);
            else inner.text(2, dim);
          });
        }
      });
    });
  });
}
