/**
 * The OpenTelemetry packages: optional peers, loaded only when telemetry is started.
 *
 * `@opentelemetry/api` must be the app's own copy (a second one swallows spans), and the SDK is worth its size only to
 * those who use it. So nothing here is a dependency, and an absent package fails with the command that mends it.
 *
 * Loading by `require()` is synchronous, so nothing of the app runs between the first patched
 * module and the last, and the preload needs no top-level await.
 */
import { messageOf, RolloutGuardError } from '../../errors.ts';
import { installCommand, type PackageLoader, packageLoader } from './install.ts';

/** The packages that may be loaded, each with one export that older release lines lack. */
export const PEERS = {
  '@opentelemetry/api': 'logs',
  '@opentelemetry/context-async-hooks': 'AsyncLocalStorageContextManager',
  '@opentelemetry/core': 'isTracingSuppressed',
  '@opentelemetry/exporter-logs-otlp-grpc': 'OTLPLogExporter',
  '@opentelemetry/exporter-logs-otlp-http': 'OTLPLogExporter',
  '@opentelemetry/exporter-logs-otlp-proto': 'OTLPLogExporter',
  '@opentelemetry/exporter-metrics-otlp-grpc': 'OTLPMetricExporter',
  '@opentelemetry/exporter-metrics-otlp-http': 'OTLPMetricExporter',
  '@opentelemetry/exporter-metrics-otlp-proto': 'OTLPMetricExporter',
  '@opentelemetry/exporter-prometheus': 'PrometheusExporter',
  '@opentelemetry/exporter-trace-otlp-grpc': 'OTLPTraceExporter',
  '@opentelemetry/exporter-trace-otlp-http': 'OTLPTraceExporter',
  '@opentelemetry/exporter-trace-otlp-proto': 'OTLPTraceExporter',
  '@opentelemetry/exporter-zipkin': 'ZipkinExporter',
  '@opentelemetry/instrumentation': 'registerInstrumentations',
  '@opentelemetry/instrumentation-http': 'HttpInstrumentation',
  '@opentelemetry/instrumentation-undici': 'UndiciInstrumentation',
  '@opentelemetry/otlp-transformer': 'JsonTraceSerializer',
  '@opentelemetry/propagator-b3': 'B3Propagator',
  '@opentelemetry/resource-detector-alibaba-cloud': 'alibabaCloudEcsDetector',
  '@opentelemetry/resource-detector-aws': 'awsEc2Detector',
  '@opentelemetry/resource-detector-azure': 'azureVmDetector',
  '@opentelemetry/resource-detector-container': 'containerDetector',
  '@opentelemetry/resource-detector-gcp': 'gcpDetector',
  '@opentelemetry/resources': 'resourceFromAttributes',
  '@opentelemetry/sdk-logs': 'LoggerProvider',
  '@opentelemetry/sdk-metrics': 'PeriodicExportingMetricReader',
  '@opentelemetry/sdk-trace': 'TracerProvider',
} as const;

/** Name of an OpenTelemetry package that may be loaded. */
export type PeerName = keyof typeof PEERS;

/** Those of clouds are no development dependencies of this package, so their types are written down. */
type Detectors<Name extends string> = Readonly<Record<Name, import('@opentelemetry/resources').ResourceDetector>>;

/** The loaded packages, by name. */
export interface PeerModules {
  '@opentelemetry/api': typeof import('@opentelemetry/api');
  '@opentelemetry/context-async-hooks': typeof import('@opentelemetry/context-async-hooks');
  '@opentelemetry/core': typeof import('@opentelemetry/core');
  '@opentelemetry/exporter-logs-otlp-grpc': typeof import('@opentelemetry/exporter-logs-otlp-grpc');
  '@opentelemetry/exporter-logs-otlp-http': typeof import('@opentelemetry/exporter-logs-otlp-http');
  '@opentelemetry/exporter-logs-otlp-proto': typeof import('@opentelemetry/exporter-logs-otlp-proto');
  '@opentelemetry/exporter-metrics-otlp-grpc': typeof import('@opentelemetry/exporter-metrics-otlp-grpc');
  '@opentelemetry/exporter-metrics-otlp-http': typeof import('@opentelemetry/exporter-metrics-otlp-http');
  '@opentelemetry/exporter-metrics-otlp-proto': typeof import('@opentelemetry/exporter-metrics-otlp-proto');
  '@opentelemetry/exporter-prometheus': typeof import('@opentelemetry/exporter-prometheus');
  '@opentelemetry/exporter-trace-otlp-grpc': typeof import('@opentelemetry/exporter-trace-otlp-grpc');
  '@opentelemetry/exporter-trace-otlp-http': typeof import('@opentelemetry/exporter-trace-otlp-http');
  '@opentelemetry/exporter-trace-otlp-proto': typeof import('@opentelemetry/exporter-trace-otlp-proto');
  '@opentelemetry/exporter-zipkin': typeof import('@opentelemetry/exporter-zipkin');
  '@opentelemetry/instrumentation': typeof import('@opentelemetry/instrumentation');
  '@opentelemetry/instrumentation-http': typeof import('@opentelemetry/instrumentation-http');
  '@opentelemetry/instrumentation-undici': typeof import('@opentelemetry/instrumentation-undici');
  /** The exporters' own serializers. */
  '@opentelemetry/otlp-transformer': Record<
    `${'Json' | 'Protobuf'}${'Trace' | 'Metrics' | 'Logs'}Serializer`,
    { serializeRequest(records: unknown): Uint8Array | undefined }
  >;
  '@opentelemetry/propagator-b3': typeof import('@opentelemetry/propagator-b3');
  '@opentelemetry/resource-detector-alibaba-cloud': Detectors<'alibabaCloudEcsDetector'>;
  '@opentelemetry/resource-detector-aws': Detectors<`aws${'Ec2' | 'Ecs' | 'Eks' | 'Beanstalk' | 'Lambda'}Detector`>;
  '@opentelemetry/resource-detector-azure': Detectors<`azure${'AppService' | 'Functions' | 'Vm'}Detector`>;
  '@opentelemetry/resource-detector-container': Detectors<'containerDetector'>;
  '@opentelemetry/resource-detector-gcp': Detectors<'gcpDetector'>;
  '@opentelemetry/resources': typeof import('@opentelemetry/resources');
  '@opentelemetry/sdk-logs': typeof import('@opentelemetry/sdk-logs');
  '@opentelemetry/sdk-metrics': typeof import('@opentelemetry/sdk-metrics');
  '@opentelemetry/sdk-trace': typeof import('@opentelemetry/sdk-trace');
}

/**
 * Gives a package, loaded when it is first asked for.
 *
 * @throws RolloutGuardError `MISSING_PEER` with the install command.
 */
export type Peers = <N extends PeerName>(name: N) => PeerModules[N];

/** Wraps a loader: each package is checked once, when it is first asked for. */
export function loadPeers(load: PackageLoader = packageLoader()): Peers {
  const loaded = new Map<PeerName, unknown>();
  return <N extends PeerName>(name: N): PeerModules[N] => {
    if (!loaded.has(name)) loaded.set(name, checked(name, load));
    return loaded.get(name) as PeerModules[N];
  };
}

function checked(name: PeerName, load: PackageLoader): unknown {
  let module: unknown;
  try {
    module = load(name);
  } catch (error) {
    throw missingPeer(name, isAbsent(error, name) ? 'not installed' : messageOf(error), error);
  }
  if (hasExport(module, PEERS[name])) return module;
  throw missingPeer(name, `installed in a version that is too old (no ${PEERS[name]})`);
}

function missingPeer(name: PeerName, why: string, cause?: unknown): RolloutGuardError {
  return new RolloutGuardError('MISSING_PEER', `telemetry needs an OpenTelemetry package: ${name} (${why})`, {
    mend: `Run: ${installCommand()}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function isAbsent(error: unknown, name: string): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  // A missing dependency of the package has the same code, so the name decides.
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && messageOf(error).includes(`'${name}'`);
}

function hasExport(module: unknown, name: string): boolean {
  return typeof module === 'object' && module !== null && name in module;
}
