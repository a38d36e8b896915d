/** A span that says of what the process died. */
import type { Attributes, Span, TracerProvider } from '@opentelemetry/api';
import { redact } from '../../errors.ts';
import type { Peers } from '../packages/peers.ts';

/** Marks a crash span, and the span that was cut off by the crash. Type boolean, own name. */
const CRASH_ATTRIBUTE = 'rolloutguard.crash';

/** Messages and stacks may be of any length; a backend cuts or refuses long ones. Characters. */
const MAX_MESSAGE = 4_096;
const MAX_STACK = 16_384;

/**
 * Records the exception as OpenTelemetry's conventions ask for it, in a span of its own below the one that was active; the
 * active one ends too, since nobody else will end it: a request that crashes its process would leave no trace otherwise.
 */
export function recordCrash(peers: Peers, tracers: TracerProvider, error: unknown, origin: string): void {
  const { SpanStatusCode, trace } = peers('@opentelemetry/api');
  const attributes = exceptionAttributes(error);
  const type = attributes['exception.type'] as string;
  const fail = (span: Span): void => {
    span.setAttributes({ [CRASH_ATTRIBUTE]: true, 'error.type': type });
    span.setStatus({ code: SpanStatusCode.ERROR, message: attributes['exception.message'] as string }).end();
  };
  const crash = tracers.getTracer('rolloutguard').startSpan(origin);
  crash.addEvent('exception', attributes);
  fail(crash);
  const active = trace.getActiveSpan();
  if (active?.isRecording()) fail(active);
}

/**
 * The attributes of an exception. What was thrown may be anything; a getter that throws is left out. Credentials in URLs and
 * behind words such as `token=` are taken out of message and stack; all else is sent as it is.
 */
export function exceptionAttributes(error: unknown): Attributes {
  const read = (key: 'name' | 'message' | 'stack'): string | undefined => {
    try {
      const value = (error as Record<string, unknown>)[key];
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  const stack = isObject ? read('stack') : undefined;
  return {
    'exception.type': ((isObject ? read('name') : undefined) ?? typeof error).slice(0, 256),
    'exception.message': shortened(isObject ? (read('message') ?? '') : String(error), MAX_MESSAGE),
    ...(stack === undefined ? {} : { 'exception.stacktrace': shortened(stack, MAX_STACK) }),
  };
}

/** Cut after the credentials are out: half of one would not be found. And before, since a text may be of megabytes. */
function shortened(text: string, length: number): string {
  return redact(text.slice(0, 2 * length)).slice(0, length);
}
