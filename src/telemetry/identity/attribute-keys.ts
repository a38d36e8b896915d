/** The attribute names in effect. OpenTelemetry has none for strategy and cohort, so a backend may know them by others. */
import { ATTRIBUTE } from '../attributes.ts';

/** Attribute names of what OpenTelemetry has no name for. Every part that stamps one takes its name from here. */
export interface AttributeKeys {
  readonly cohort: string;
  readonly strategy: string;
}

/** The names when nobody asks for others. */
export const DEFAULT_KEYS: AttributeKeys = { cohort: ATTRIBUTE.cohort, strategy: ATTRIBUTE.strategy };
