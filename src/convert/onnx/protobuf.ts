/*
 * As much of protocol buffers as a writer of ONNX needs: messages of varints, 32-bit floats and length-delimited fields.
 * https://protobuf.dev/programming-guides/encoding
 */

/** A message under construction: fields in the order in which they are added. */
export class Message {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** A whole number (int32, int64, enum); negative ones take ten bytes, as the format has it. */
  int(field: number, value: number | bigint): this {
    return this.raw(varint((BigInt(field) << 3n) | 0n)).raw(varint(BigInt.asUintN(64, BigInt(value))));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.raw(varint((BigInt(field) << 3n) | 5n)).raw(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  /** Repeated whole numbers, packed. */
  ints(field: number, values: readonly number[]): this {
    const packed = new Message();
    for (const value of values) packed.raw(varint(BigInt.asUintN(64, BigInt(value))));
    return this.bytes(field, packed.finish());
  }

  bytes(field: number, value: Uint8Array): this {
    return this.raw(varint((BigInt(field) << 3n) | 2n))
      .raw(varint(BigInt(value.length)))
      .raw(value);
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}
