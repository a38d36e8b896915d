/**
 * Which detectors find out where this process runs. Pure.
 *
 * Out of the box only what costs nothing: host, operating system, process, container. The detectors of clouds ask
 * metadata services over the network and hold back the first export until those answer, so they run on request alone.
 */
import type { EnvReader } from '../env-reader.ts';

/** The values of OTEL_NODE_RESOURCE_DETECTORS. */
const DETECTORS = [
  'env',
  'host',
  'os',
  'process',
  'serviceinstance',
  'container',
  'alibaba',
  'aws',
  'azure',
  'gcp',
  'all',
  'none',
] as const;

/** Detectors that bring attributes. `env` and `serviceinstance` do not: identity reads both in any case. */
export type DetectorName = Exclude<(typeof DETECTORS)[number], 'env' | 'serviceinstance' | 'all' | 'none'>;

const DEFAULT_DETECTORS: readonly DetectorName[] = ['container', 'host', 'os', 'process'];
const ALL_DETECTORS: readonly DetectorName[] = [...DEFAULT_DETECTORS, 'alibaba', 'aws', 'azure', 'gcp'];

/** Reads `OTEL_NODE_RESOURCE_DETECTORS`. */
export function detectorNames(reader: EnvReader): readonly DetectorName[] {
  const names = reader.choices('OTEL_NODE_RESOURCE_DETECTORS', DETECTORS);
  if (names === undefined) return DEFAULT_DETECTORS;
  if (names.includes('all')) return ALL_DETECTORS;
  if (names.includes('none')) return [];
  return ALL_DETECTORS.filter((name) => names.includes(name));
}
