import { Message } from './protobuf.js';

/* ONNX's own words: tensors, nodes, graphs. Field numbers are those of onnx.proto3 (IR version 7, opset 13). */

export const OPSET = 13;
const IR_VERSION = 7;

export type ElementType = 'float' | 'double' | 'int8' | 'int32' | 'int64';
const TYPE_CODES: Readonly<Record<ElementType, number>> = {
  float: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  double: 11,
};

type Attribute = number | string | readonly number[];

/** A dimension: so many, or a name for any number. */
type Dimension = number | string;

/** A graph that grows node by node; every value has a name of its own, which the methods return. */
export class GraphBuilder {
  private readonly nodes: Message[] = [];
  private readonly tensors: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly annotations: Message[] = [];
  private made = 0;

  /** @param annotated whether `annotate` does anything */
  constructor(private readonly annotated = false) {}

  /**
   * Says which numbers a value holds, in the words of FINN and QONNX (`TERNARY`, `BIPOLAR`, `INT12`, ..): ONNX's own field for that is passed
   * over by whoever does not know it.
   */
  annotate(value: string, dataType: string): void {
    if (!this.annotated) return;
    const entry = new Message().text(1, 'finn_datatype').text(2, dataType);
    this.annotations.push(new Message().text(1, value).message(2, entry));
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** A constant; whole numbers in int8 are the smallest way to have weights. */
  constant(type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    const name = `c${this.made++}`;
    this.tensors.push(
      new Message()
        .ints(1, shape)
        .int(2, TYPE_CODES[type])
        .text(8, name)
        .bytes(9, littleEndian(type, values)),
    );
    return name;
  }

  /** One node with one output, named by itself or by `as`. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    as?: string,
  ): string {
    const name = as ?? `n${this.made++}`;
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node.text(2, name).text(3, `${op}_${name}`).text(4, op);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value));
    this.nodes.push(node);
    return name;
  }

  cast(value: string, type: ElementType, as?: string): string {
    return this.node('Cast', [value], { to: TYPE_CODES[type] }, as);
  }

  /** The whole model file. */
  finish(name: string, producerVersion: string, metadata: Readonly<Record<string, string>>): Uint8Array {
    const graph = new Message();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, name);
    for (const tensor of this.tensors) graph.message(5, tensor);
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    for (const annotation of this.annotations) graph.message(14, annotation);
    const model = new Message()
      .int(1, IR_VERSION)
      .text(2, 'fewbit')
      .text(3, producerVersion)
      .message(7, graph);
    model.message(8, new Message().text(1, '').int(2, OPSET));
    for (const [key, value] of Object.entries(metadata)) {
      model.message(14, new Message().text(1, key).text(2, value));
    }
    return model.finish();
  }
}

/** The annotation of whole numbers of either sign up to a magnitude: as few bits as hold them. */
export function wholeType(largest: number): string {
  return `INT${1 + Math.ceil(Math.log2(largest + 1))}`;
}

/** The annotation of weights. */
export function weightType(weights: Int8Array): string {
  const most = weights.reduce((m, w) => Math.max(m, Math.abs(w)), 0);
  if (most > 1) return wholeType(most);
  return weights.includes(0) ? 'TERNARY' : 'BIPOLAR';
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): Message {
  const dims = new Message();
  for (const size of shape) {
    dims.message(1, typeof size === 'number' ? new Message().int(1, size) : new Message().text(2, size));
  }
  const tensor = new Message().int(1, TYPE_CODES[type]).message(2, dims);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  return message.ints(8, value).int(20, 7);
}

function littleEndian(type: ElementType, values: ArrayLike<number>): Uint8Array {
  const width = { float: 4, double: 8, int8: 1, int32: 4, int64: 8 }[type];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (type === 'float') view.setFloat32(4 * at, value, true);
    else if (type === 'double') view.setFloat64(8 * at, value, true);
    else if (type === 'int8') view.setInt8(at, value);
    else if (type === 'int32') view.setInt32(4 * at, value, true);
    else view.setBigInt64(8 * at, BigInt(value), true);
  }
  return bytes;
}
