/**
 * Reads the protobuf wire format: fields one after the other, nested messages in place, without copying the body.
 * It knows no schema; a decoder takes the fields it wants. Everything that cannot be read is an error, never a guess.
 */
import { malformed } from './decode-error.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_PREFIXED = 2;
const FIXED32 = 5;

const TWO_TO_32 = 2 ** 32;

/** A cursor over one body. */
export class WireReader {
  readonly #bytes: Buffer;
  #position = 0;
  /** End of the message that is being read. */
  #end: number;
  #field = 0;
  #wireType = 0;
  /** Halves of the last 64-bit integer, both unsigned: a double cannot hold it whole. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = this.#bytes.length;
  }

  /** Reads the whole body. `read` is called once a field and takes its value; fields that it leaves alone are skipped. */
  body(read: (field: number) => void): void {
    while (this.#position < this.#end) {
      this.#readTag();
      const start = this.#position;
      read(this.#field);
      if (this.#position === start) this.#skip();
    }
  }

  /** Reads the nested message of the current field, in the same way. */
  message(read: (field: number) => void): void {
    const outerEnd = this.#end;
    this.#end = this.#endOfField();
    this.body(read);
    this.#end = outerEnd;
  }

  /** A UTF-8 string. */
  string(): string {
    const end = this.#endOfField();
    const text = this.#bytes.toString('utf8', this.#position, end);
    this.#position = end;
    return text;
  }

  /** Bytes, in base64. */
  base64(): string {
    const end = this.#endOfField();
    const text = this.#bytes.toString('base64', this.#position, end);
    this.#position = end;
    return text;
  }

  /** An unsigned varint: `uint32`, `uint64`, `bool` or an enum. */
  unsigned(): number {
    this.#expect(VARINT);
    this.#readVarint();
    return this.#unsigned64();
  }

  /** A signed varint without zigzag: `int64`. Beyond 2^53 it comes as text, because a number would be another number. */
  int64(): number | string {
    this.#expect(VARINT);
    this.#readVarint();
    const value = (this.#high | 0) * TWO_TO_32 + this.#low;
    return Number.isSafeInteger(value) ? value : this.#bigInt().toString();
  }

  /** A zigzag varint: `sint32`. */
  sint32(): number {
    this.#expect(VARINT);
    this.#readVarint();
    return (this.#low >>> 1) ^ -(this.#low & 1);
  }

  /** An unsigned `fixed64` that counts something. */
  fixed64(): number {
    this.#expect(FIXED64);
    this.#readFixed64();
    return this.#unsigned64();
  }

  /** A signed `sfixed64` that counts something. */
  sfixed64(): number {
    this.#expect(FIXED64);
    this.#readFixed64();
    const value = (this.#high | 0) * TWO_TO_32 + this.#low;
    if (!Number.isSafeInteger(value)) throw malformed('a count is beyond 2^53');
    return value;
  }

  /** A signed `sfixed64` that need not be exact. */
  roundedSfixed64(): number {
    this.#expect(FIXED64);
    this.#readFixed64();
    return (this.#high | 0) * TWO_TO_32 + this.#low;
  }

  /** A `fixed64` with Unix nanoseconds, as milliseconds. */
  unixMs(): number {
    this.#expect(FIXED64);
    this.#readFixed64();
    // 2^32 ns are 4294 ms and 967,296 ns. Split like this no step exceeds 2^53, so whole milliseconds stay exact.
    const nanos = this.#high * 967_296 + this.#low;
    return this.#high * 4294 + Math.floor(nanos / 1e6) + (nanos % 1e6) / 1e6;
  }

  /** A `double`. */
  double(): number {
    this.#expect(FIXED64);
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** Appends a repeated `fixed64`, packed or not. */
  pushFixed64(into: number[]): void {
    this.#eachPacked(FIXED64, () => {
      this.#readFixed64();
      into.push(this.#unsigned64());
    });
  }

  /** Appends a repeated `uint64`, packed or not. */
  pushUnsigned(into: number[]): void {
    this.#eachPacked(VARINT, () => {
      this.#readVarint();
      into.push(this.#unsigned64());
    });
  }

  /** Appends a repeated `double`, packed or not. */
  pushDouble(into: number[]): void {
    this.#eachPacked(FIXED64, () => into.push(this.#bytes.readDoubleLE(this.#take(8))));
  }

  #eachPacked(unpackedType: number, readOne: () => void): void {
    if (this.#wireType === unpackedType) {
      readOne();
      return;
    }
    const outerEnd = this.#end;
    this.#end = this.#endOfField();
    while (this.#position < this.#end) readOne();
    this.#end = outerEnd;
  }

  #readTag(): void {
    this.#readVarint();
    if (this.#high !== 0) throw malformed('a field number is too large');
    this.#field = this.#low >>> 3;
    this.#wireType = this.#low & 7;
    if (this.#field === 0) throw malformed('a field has the number 0');
  }

  #skip(): void {
    if (this.#wireType === VARINT) this.#readVarint();
    else if (this.#wireType === FIXED64) this.#take(8);
    else if (this.#wireType === FIXED32) this.#take(4);
    else this.#position = this.#endOfField();
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw malformed(`field ${this.#field} has wire type ${this.#wireType}`);
  }

  /** Reads the length of a length-prefixed field; returns where the field ends. */
  #endOfField(): number {
    this.#expect(LENGTH_PREFIXED);
    this.#readVarint();
    if (this.#high !== 0 || this.#low > this.#end - this.#position) throw truncated();
    return this.#position + this.#low;
  }

  /** Moves over `length` bytes; returns where they start. */
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) throw truncated();
    this.#position = start + length;
    return start;
  }

  #readFixed64(): void {
    const start = this.#take(8);
    this.#low = this.#bytes.readUInt32LE(start);
    this.#high = this.#bytes.readUInt32LE(start + 4);
  }

  #readVarint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#position >= this.#end) throw truncated();
      const byte = this.#bytes[this.#position++]!;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      // The fifth byte straddles the halves: its upper three bits belong to the high one.
      if (shift === 28) high |= bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw malformed('a varint is longer than ten bytes');
  }

  #unsigned64(): number {
    const value = this.#high * TWO_TO_32 + this.#low;
    if (value > Number.MAX_SAFE_INTEGER) throw malformed('a count is beyond 2^53');
    return value;
  }

  #bigInt(): bigint {
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low));
  }
}

function truncated(): Error {
  return malformed('it ends in the middle of a field');
}
