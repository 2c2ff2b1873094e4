/** Protobuf's wire format, written (https://protobuf.dev/programming-guides/encoding/): fields append in the order called. */
export class Wire {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** An integer field; negative numbers take ten bytes, as int64 does. */
  int(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    const at = this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(at, value, true);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value, 'utf8'));
  }

  message(field: number, write: (inner: Wire) => void): void {
    const inner = new Wire();
    write(inner);
    this.bytes(field, inner.finish());
  }

  /** The bytes written so far; a view, valid until the next write. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #varint(value: number): void {
    if (value < 0) return this.#varintOf64Bits(BigInt.asUintN(64, BigInt(value)));
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80);
    this.#byte(rest);
  }

  #varintOf64Bits(value: bigint): void {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80);
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    return at;
  }
}
