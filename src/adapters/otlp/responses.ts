/** The bodies of OTLP responses, in the format of the request. */
import type { IngestResult } from './intake.ts';

/** A format of OTLP/HTTP, by its media type. */
export type BodyFormat = 'application/json' | 'application/x-protobuf';

/**
 * `ExportMetricsServiceResponse`. It is empty on full success; otherwise it says how many points were rejected and why.
 * Duplicates are a success: they were taken the first time.
 */
export function exportResponse(format: BodyFormat, { rejected, dropped }: IngestResult): Buffer {
  if (rejected === 0) return emptyResponse(format);
  const reasons = Object.entries(dropped).filter(([, times]) => times > 0);
  const errorMessage = `dropped points: ${reasons.map(([reason, times]) => `${reason} ${times}`).join(', ')}`;
  if (format === 'application/json') {
    return json({ partialSuccess: { rejectedDataPoints: String(rejected), errorMessage } });
  }
  const partialSuccess = Buffer.concat([
    tag(1, VARINT),
    varint(rejected),
    lengthPrefixed(2, Buffer.from(errorMessage)),
  ]);
  return lengthPrefixed(1, partialSuccess);
}

/** The response that says no more than that all is well; the same for metrics, traces and logs. */
export function emptyResponse(format: BodyFormat): Buffer {
  return format === 'application/json' ? json({}) : Buffer.alloc(0);
}

/** `google.rpc.Status` with its message only: the code of the error is the HTTP status. */
export function errorResponse(format: BodyFormat, message: string): Buffer {
  return format === 'application/json' ? json({ message }) : lengthPrefixed(2, Buffer.from(message));
}

const VARINT = 0;
const LENGTH_PREFIXED = 2;

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function lengthPrefixed(field: number, content: Buffer): Buffer {
  return Buffer.concat([tag(field, LENGTH_PREFIXED), varint(content.length), content]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}
