import { expect, test } from 'vitest';
import { noDrops } from '../../../src/adapters/otlp/drop-counts.ts';
import { errorResponse, exportResponse } from '../../../src/adapters/otlp/responses.ts';
import { WireReader } from '../../../src/adapters/otlp/wire-reader.ts';

test.each([0, 1, 127, 128, 129, 300, 20_000])('a protobuf error message of %d bytes can be read', (length) => {
  const reader = new WireReader(errorResponse('application/x-protobuf', 'x'.repeat(length)));
  const found: [number, string][] = [];
  reader.body((field) => found.push([field, reader.string()]));
  expect(found).toEqual([[2, 'x'.repeat(length)]]);
});

test.each([1, 127, 128, 16_384, 3_000_000_000])('%d rejected points can be read', (rejected) => {
  const result = { accepted: 0, rejected, dropped: { ...noDrops(), late: rejected } };
  const reader = new WireReader(exportResponse('application/x-protobuf', result));
  const found: unknown[] = [];
  reader.body(() => reader.message((field) => found.push(field === 1 ? reader.unsigned() : reader.string())));
  expect(found).toEqual([rejected, `dropped points: late ${rejected}`]);
  const json = JSON.parse(exportResponse('application/json', result).toString()) as unknown;
  expect(json).toEqual({
    partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: `dropped points: late ${rejected}` },
  });
});
