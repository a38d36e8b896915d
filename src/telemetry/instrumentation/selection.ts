/**
 * Which instrumentations may be started. Nothing is loaded here: most of them wait until the app loads what they patch.
 *
 * `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS` mean what they mean to
 * `@opentelemetry/auto-instrumentations-node`. They win over options, since whoever runs a service may have to switch off what
 * its program asks for.
 */
import { nearestName } from '../../nearest.ts';
import type { TelemetryProblem } from '../problems.ts';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';

/**
 * Off unless asked for by name. `dns`, `fs` and `net` make a span of each look-up, file and socket, and `fs` costs hundreds of
 * megabytes at start; `host-metrics` measures the machine, not the service.
 */
export const OFF_BY_DEFAULT: readonly string[] = ['dns', 'fs', 'host-metrics', 'net'];

/**
 * Ours, beside the catalogue: the route of Fastify's requests. It goes with `http`, whose metric and spans it completes; by
 * this name, which an older instrumentation had, it is switched off.
 */
const FASTIFY = 'fastify';

/** Every name that may be asked for. */
export const INSTRUMENTATION_NAMES: readonly string[] = [...CATALOGUE.map(({ name }) => name), FASTIFY];

/** Settings of single instrumentations, by name. */
export type InstrumentationConfigs = Readonly<Record<string, object>>;

/** What a selection depends on. */
export interface SelectionInput {
  /** Names from OTEL_NODE_ENABLED_INSTRUMENTATIONS; none means the default. */
  readonly enabled?: readonly string[];
  /** Names from OTEL_NODE_DISABLED_INSTRUMENTATIONS. */
  readonly disabled?: readonly string[];
  /** A setting `enabled` in one of these changes the default. */
  readonly configs?: InstrumentationConfigs;
  /** Packages whose instrumentation the program brings itself; ours would patch a second time. */
  readonly replaced?: ReadonlySet<string>;
  /** Whether this is a function on AWS Lambda. */
  readonly lambda?: boolean;
}

/** What may be started. */
export interface Selection {
  readonly entries: readonly CatalogueEntry[];
  /** Whether Fastify is asked for the routes of its requests. */
  readonly fastifyRoutes: boolean;
  /** Names that do not exist. They are ignored. */
  readonly problems: readonly TelemetryProblem[];
}

/** Chooses from the catalogue. */
export function selectInstrumentations(input: SelectionInput): Selection {
  const { enabled = [], disabled = [], configs = {}, replaced, lambda = false } = input;
  const wanted = (name: string): boolean => {
    if (disabled.includes(name)) return false;
    return enabled.length > 0 ? enabled.includes(name) : (switchOf(configs, name) ?? !OFF_BY_DEFAULT.includes(name));
  };
  return {
    // What aws-lambda patches is named by the function's environment, and elsewhere it would be loaded for nothing.
    entries: CATALOGUE.filter(
      ({ name, package: from }) => wanted(name) && replaced?.has(from) !== true && (lambda || name !== 'aws-lambda'),
    ),
    fastifyRoutes: wanted('http') && !disabled.includes(FASTIFY) && switchOf(configs, FASTIFY) !== false,
    problems: [
      ...unknownNames('OTEL_NODE_ENABLED_INSTRUMENTATIONS', enabled),
      ...unknownNames('OTEL_NODE_DISABLED_INSTRUMENTATIONS', disabled),
    ],
  };
}

/** The settings that the program gives one instrumentation. */
export function configOf(configs: InstrumentationConfigs, name: string): object {
  return (Object.hasOwn(configs, name) ? configs[name] : undefined) ?? {};
}

function switchOf(configs: InstrumentationConfigs, name: string): boolean | undefined {
  return (configOf(configs, name) as { enabled?: boolean }).enabled;
}

/** The mend for a name that does not exist. */
export function nearestInstrumentation(name: string): string {
  const nearest = nearestName(name, INSTRUMENTATION_NAMES);
  return nearest === null
    ? 'Names are those of the packages @opentelemetry/instrumentation-*.'
    : `Did you mean ${nearest}?`;
}

function unknownNames(variable: string, names: readonly string[]): TelemetryProblem[] {
  return names.flatMap((name, index) => {
    if (INSTRUMENTATION_NAMES.includes(name)) return [];
    const message = `${variable}: name ${index + 1} is no instrumentation and is ignored. ${nearestInstrumentation(name)}`;
    return [{ code: 'BAD_SETTING' as const, message }];
  });
}
