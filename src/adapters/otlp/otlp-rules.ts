/** Small rules of the OTLP data model that hold for protobuf and JSON bodies alike. */
import { malformed } from './decode-error.ts';
import type { AttributeValue, Temporality } from './otlp-metrics.ts';

/** Deeper attributes are refused: nobody sends them but someone who wants to exhaust the stack. */
const MAX_NESTING = 16;

/** Flag of a point that says "nothing was recorded" (`DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`). */
const NO_RECORDED_VALUE = 1;

/** The temporality behind its number on the wire. */
export function temporalityOf(wireNumber: number): Temporality {
  return wireNumber === 1 ? 'delta' : wireNumber === 2 ? 'cumulative' : 'unspecified';
}

/** True when the point's flags say that it carries no value. */
export function isEmptyPoint(flags: number): boolean {
  return flags % 2 === NO_RECORDED_VALUE;
}

/** A double as an attribute. What JSON cannot write becomes text, or it would look like `null`. */
export function doubleAttribute(value: number): AttributeValue {
  return Number.isFinite(value) ? value : String(value);
}

/** Throws when an attribute is nested too deeply. */
export function checkNesting(depth: number): void {
  if (depth > MAX_NESTING) throw malformed('an attribute is nested too deeply');
}
