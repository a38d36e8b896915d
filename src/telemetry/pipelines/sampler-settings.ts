/** Which traces are kept, by the names of OTEL_TRACES_SAMPLER. Pure. */
import type { EnvReader } from '../env-reader.ts';

/** The samplers of OTEL_TRACES_SAMPLER that are known here. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Which traces are kept. */
export interface SamplerSettings {
  readonly name: (typeof SAMPLERS)[number];
  /** Share of traces, from 0 to 1; only of the ratio samplers. */
  readonly ratio: number;
}

/** Reads `OTEL_TRACES_SAMPLER` and its argument. */
export function samplerSettings(reader: EnvReader): SamplerSettings {
  const name = reader.choice('OTEL_TRACES_SAMPLER', SAMPLERS) ?? 'parentbased_always_on';
  const argument = reader.text('OTEL_TRACES_SAMPLER_ARG');
  if (!name.endsWith('traceidratio') || argument === undefined) return { name, ratio: 1 };
  const ratio = Number(argument);
  if (ratio >= 0 && ratio <= 1) return { name, ratio };
  reader.reject('OTEL_TRACES_SAMPLER_ARG', 'a number from 0 to 1');
  return { name, ratio: 1 };
}
