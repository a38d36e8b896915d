/** OTLP exporters, built from settings. The packages of other protocols are not loaded. */
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { AggregationOption, InstrumentType, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Environment } from '../environment.ts';
import type { PeerModules, Peers } from '../packages/peers.ts';
import { agentFactory } from './agent.ts';
import { madeUnder } from './exporter-environment.ts';
import type { OtlpProtocol, Signal, SignalSettings } from './otlp.ts';
import type { Temporality } from './settings.ts';

/** Packages by protocol; in the order of {@link OtlpProtocol}'s own names. */
const SUFFIX = { 'http/protobuf': 'proto', 'http/json': 'http', grpc: 'grpc' } as const satisfies Record<
  OtlpProtocol,
  string
>;

/** How metrics are summed up before they are exported. */
export interface MetricAggregation {
  readonly temporality: Temporality;
  /** Absent: as the instrument or a view says. */
  readonly selectAggregation?: (instrumentType: InstrumentType) => AggregationOption;
}

/** Makes the trace exporter. */
export function createTraceExporter(peers: Peers, env: Environment, settings: SignalSettings): SpanExporter {
  const { OTLPTraceExporter } = peers(`@opentelemetry/exporter-trace-otlp-${SUFFIX[settings.protocol]}`);
  return made(OTLPTraceExporter, env, 'TRACES', settings);
}

/** Makes the log record exporter. */
export function createLogRecordExporter(peers: Peers, env: Environment, settings: SignalSettings): LogRecordExporter {
  const { OTLPLogExporter } = peers(`@opentelemetry/exporter-logs-otlp-${SUFFIX[settings.protocol]}`);
  return made(OTLPLogExporter, env, 'LOGS', settings);
}

/** Makes the metric exporter. */
export function createMetricExporter(
  peers: Peers,
  env: Environment,
  settings: SignalSettings,
  { temporality, selectAggregation }: MetricAggregation,
): PushMetricExporter {
  const { OTLPMetricExporter } = peers(`@opentelemetry/exporter-metrics-otlp-${SUFFIX[settings.protocol]}`);
  // Each package declares its class anew, with a private field.
  return made(OTLPMetricExporter as new (config: never) => PushMetricExporter, env, 'METRICS', settings, {
    temporalityPreference: PREFERENCE[temporality],
    ...(selectAggregation === undefined ? {} : { aggregationPreference: selectAggregation }),
  });
}

/** Values of AggregationTemporalityPreference, which only one of the exporter packages exports. */
const PREFERENCE = { delta: 0, cumulative: 1, lowmemory: 2 } as const;

type ExporterConfig = NonNullable<
  ConstructorParameters<PeerModules['@opentelemetry/exporter-trace-otlp-http']['OTLPTraceExporter']>[0]
>;

function made<E>(
  Exporter: new (config: never) => E,
  env: Environment,
  signal: Signal,
  settings: SignalSettings,
  more: object = {},
): E {
  const config: ExporterConfig = {
    url: settings.url,
    timeoutMillis: settings.timeoutMs,
    // The values of an enumeration that this package would have to load.
    compression: settings.compression as NonNullable<ExporterConfig['compression']>,
    // Those of gRPC go by the environment.
    ...(settings.protocol === 'grpc'
      ? {}
      : { headers: { ...settings.headers }, httpAgentOptions: agentFactory(env, signal, settings.timeoutMs) }),
  };
  return madeUnder(env, signal, settings, () => new Exporter({ ...config, ...more } as never));
}
