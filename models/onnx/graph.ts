/** Builds ONNX graphs in TypeScript. Names are counted and tensors raw, so equal graphs are equal bytes. */

import type { onnx } from 'onnx-proto';
import proto from 'onnx-proto';
import type { ElementType, TensorData } from '../runtime.ts';

/** The name of a value in the graph under construction. */
export type Value = string;

/** Whole numbers are ints; give floats as `{ float }`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
/** A number, or the name of a dimension known only when the graph runs. */
export type Dim = number | string;

export interface Graph {
  input(name: string, type: ElementType, dims: readonly Dim[]): Value;
  /** A tensor stored in the model. */
  constant<T extends ElementType>(type: T, dims: readonly number[], data: TensorData[T]): Value;
  /** A float32 scalar (shape []), stored once per value. */
  scalar(value: number): Value;
  /** An int64 vector: shapes, axes, starts. */
  ints(...values: readonly number[]): Value;
  /** One node with one output. */
  node(op: string, inputs: readonly Value[], attributes?: Readonly<Record<string, Attribute>>): Value;
  output(name: string, value: Value, type: ElementType, dims: readonly Dim[]): void;
  /** The model's bytes; metadata becomes `metadata_props`, keys sorted. */
  bytes(metadata?: Readonly<Record<string, string>>): Uint8Array;
}

/** ONNX 1.11: the first opset with ScatterElements that adds. */
const OPSET = 16;
const IR_VERSION = 8;

const { AttributeProto, ModelProto, TensorProto } = proto.onnx;

const TYPES: Readonly<Record<ElementType, number>> = {
  float32: TensorProto.DataType.FLOAT,
  float64: TensorProto.DataType.DOUBLE,
  int32: TensorProto.DataType.INT32,
  int64: TensorProto.DataType.INT64,
  uint8: TensorProto.DataType.UINT8,
  bool: TensorProto.DataType.BOOL,
};

/** ONNX's number for an element type, as `Cast` takes it. */
export const elementCode = (type: ElementType): number => TYPES[type];

const attributeOf = (name: string, value: Attribute): onnx.IAttributeProto => {
  const { AttributeType } = AttributeProto;
  if (typeof value === 'number') return { name, i: value, type: AttributeType.INT };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: AttributeType.STRING };
  if ('float' in value) return { name, f: value.float, type: AttributeType.FLOAT };
  return { name, ints: [...value], type: AttributeType.INTS };
};

const valueInfo = (name: string, type: ElementType, dims: readonly Dim[]): onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: TYPES[type],
      shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

/** An empty graph. */
export const createGraph = (name: string): Graph => {
  const nodes: onnx.INodeProto[] = [];
  const initializers: onnx.ITensorProto[] = [];
  const inputs: onnx.IValueInfoProto[] = [];
  const outputs: onnx.IValueInfoProto[] = [];
  const shared = new Map<string, Value>();
  let count = 0;

  const constant: Graph['constant'] = (type, dims, data) => {
    const value = `c${initializers.length}`;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    initializers.push({ name: value, dataType: TYPES[type], dims: [...dims], rawData });
    return value;
  };
  const once = (key: string, make: () => Value): Value => {
    const known = shared.get(key);
    if (known !== undefined) return known;
    const made = make();
    shared.set(key, made);
    return made;
  };
  const node: Graph['node'] = (op, from, attributes = {}) => {
    const value = `v${count++}`;
    const attribute = Object.entries(attributes).map(([key, given]) => attributeOf(key, given));
    nodes.push({ name: value, opType: op, input: [...from], output: [value], attribute });
    return value;
  };

  return {
    input(value, type, dims) {
      inputs.push(valueInfo(value, type, dims));
      return value;
    },
    constant,
    scalar: (value) => once(`f${value}`, () => constant('float32', [], Float32Array.of(value))),
    ints: (...values) =>
      once(`i${values.join(',')}`, () => constant('int64', [values.length], BigInt64Array.from(values, BigInt))),
    node,
    output(value, from, type, dims) {
      nodes.push({ name: `out_${value}`, opType: 'Identity', input: [from], output: [value], attribute: [] });
      outputs.push(valueInfo(value, type, dims));
    },
    bytes: (metadata = {}) =>
      ModelProto.encode({
        irVersion: IR_VERSION,
        producerName: 'assay',
        opsetImport: [{ domain: '', version: OPSET }],
        graph: { name, node: nodes, initializer: initializers, input: inputs, output: outputs },
        metadataProps: Object.keys(metadata)
          .sort()
          .map((key) => ({ key, value: metadata[key] ?? '' })),
      }).finish(),
  };
};

/**
 * The `metadata_props` of a model's bytes; throws what protobuf throws where they are not a model, and Error where its weights lie
 * in another file: its hash would not be theirs.
 */
export const readMetadata = (bytes: Uint8Array): Record<string, string> => {
  const { graph, metadataProps } = ModelProto.decode(bytes);
  const elsewhere = graph?.initializer?.find(({ dataLocation }) => dataLocation === TensorProto.DataLocation.EXTERNAL);
  if (elsewhere !== undefined) throw new Error(`${elsewhere.name} lies in another file`);
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key ?? '', value ?? '']));
};
