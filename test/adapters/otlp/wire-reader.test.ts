import { describe, expect, test } from 'vitest';
import { WireReader } from '../../../src/adapters/otlp/wire-reader.ts';
import { WireWriter } from './support/encode.ts';

/** Reads the fields of a body with one function. */
function readAll<T>(bytes: Buffer | number[], read: (reader: WireReader) => T): T[] {
  const reader = new WireReader(Buffer.from(bytes));
  const values: T[] = [];
  reader.body(() => values.push(read(reader)));
  return values;
}

describe('WireReader', () => {
  // Bytes from the encoding guide of protocol buffers, so that reader and test writer cannot agree on a mistake.
  test('reads the examples of the encoding guide', () => {
    expect(readAll([0x08, 0x96, 0x01], (reader) => reader.unsigned())).toEqual([150]);
    expect(readAll([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67], (reader) => reader.string())).toEqual([
      'testing',
    ]);
    const minusTwo = [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(readAll(minusTwo, (reader) => reader.int64())).toEqual([-2]);
    const packed: number[] = [];
    readAll([0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05], (reader) => reader.pushUnsigned(packed));
    expect(packed).toEqual([3, 270, 86942]);
  });

  test.each([0, 1, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 35, 2 ** 49 + 1, Number.MAX_SAFE_INTEGER])(
    'reads the unsigned number %d as varint and as fixed64',
    (value) => {
      expect(readAll(new WireWriter().varint(1, value).result, (reader) => reader.unsigned())).toEqual([value]);
      expect(readAll(new WireWriter().fixed64(1, value).result, (reader) => reader.fixed64())).toEqual([value]);
    },
  );

  test.each([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)])('reads the zigzag number %d', (value) => {
    expect(readAll(new WireWriter().sint32(1, value).result, (reader) => reader.sint32())).toEqual([value]);
  });

  test('keeps integers beyond 2^53 as text instead of another number', () => {
    const big = new WireWriter().varint(1, 9_007_199_254_740_993n).varint(1, -9_223_372_036_854_775_808n).result;
    expect(readAll(big, (reader) => reader.int64())).toEqual(['9007199254740993', '-9223372036854775808']);
  });

  test.each([
    ['a varint', new WireWriter().varint(1, 2n ** 53n).result, (reader: WireReader) => reader.unsigned()],
    ['a fixed64', new WireWriter().fixed64(1, 2n ** 63n).result, (reader: WireReader) => reader.fixed64()],
    ['an sfixed64', new WireWriter().fixed64(1, -(2n ** 60n)).result, (reader: WireReader) => reader.sfixed64()],
  ])('refuses a count beyond 2^53 in %s', (_name, bytes, read) => {
    expect(() => readAll(bytes, read)).toThrow('beyond 2^53');
  });

  test('reads whole milliseconds exactly, also where nanoseconds exceed what a double holds', () => {
    const times = [0, 1, 1_767_225_600_000, 1_767_225_600_001, 4_102_444_799_999];
    for (const ms of times) {
      const bytes = new WireWriter().fixed64(1, BigInt(ms) * 1_000_000n).result;
      expect(readAll(bytes, (reader) => reader.unixMs())).toEqual([ms]);
    }
    const between = new WireWriter().fixed64(1, 1_767_225_600_000_250_000n).result;
    expect(readAll(between, (reader) => reader.unixMs())).toEqual([1_767_225_600_000.25]);
  });

  test('reads repeated numbers packed and one by one', () => {
    const counts: number[] = [];
    const bounds: number[] = [];
    const writer = new WireWriter().packedFixed64(1, [1, 2]).fixed64(1, 3).packedDouble(2, [0.5]).double(2, 1.5);
    const reader = new WireReader(writer.result);
    reader.body((field) => (field === 1 ? reader.pushFixed64(counts) : reader.pushDouble(bounds)));
    expect([counts, bounds]).toEqual([
      [1, 2, 3],
      [0.5, 1.5],
    ]);
  });

  test('passes over fields that nobody takes, of every wire type, also inside messages', () => {
    const fixed32 = Buffer.from([(9 << 3) | 5, 1, 2, 3, 4]);
    const unknown = new WireWriter()
      .varint(5, 2 ** 40)
      .fixed64(6, 7)
      .bytes(7, 'x')
      .message(8, (inner) => inner.varint(1, 1));
    const inner = Buffer.concat([unknown.result, fixed32, new WireWriter().varint(1, 42).result]);
    const reader = new WireReader(Buffer.concat([unknown.result, fixed32, new WireWriter().bytes(1, inner).result]));
    const found: number[] = [];
    reader.body((field) => {
      if (field === 1) reader.message((innerField) => void (innerField === 1 && found.push(reader.unsigned())));
    });
    expect(found).toEqual([42]);
  });

  test('a message cannot read past its own end', () => {
    // The inner string claims five bytes, but its message holds only two more. The bytes are there: they belong to the next field.
    const bytes = [0x0a, 0x04, 0x0a, 0x05, 0x61, 0x62, 0x12, 0x03, 0x63, 0x64, 0x65];
    const reader = new WireReader(Buffer.from(bytes));
    expect(() => reader.body(() => reader.message(() => void reader.string()))).toThrow('in the middle of a field');
  });

  test.each([
    ['a varint without its last byte', [0x08, 0x80], 'in the middle of a field'],
    ['a varint of eleven bytes', [0x08, ...Array<number>(10).fill(0x80), 0x01], 'longer than ten bytes'],
    ['half a fixed64', [0x09, 1, 2, 3], 'in the middle of a field'],
    ['a string longer than the body', [0x0a, 0x7f, 0x61], 'in the middle of a field'],
    ['a length of 2^40', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20], 'in the middle of a field'],
    ['field number 0', [0x00, 0x01], 'number 0'],
    ['a field number beyond 32 bits', [0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x01], 'too large'],
    ['a group, which proto3 does not have', [0x0b, 0x0c], 'wire type 3'],
    ['wire type 7', [0x0f], 'wire type 7'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => readAll(bytes, () => undefined)).toThrow(message);
  });

  test('refuses a known field of the wrong wire type', () => {
    expect(() => readAll([0x08, 0x01], (reader) => reader.string())).toThrow('field 1 has wire type 0');
    expect(() => readAll([0x0a, 0x00], (reader) => reader.double())).toThrow('field 1 has wire type 2');
  });
});
