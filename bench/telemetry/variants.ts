/** The set-ups that are compared. All that record anything export all three signals alike. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** One set-up. */
export interface Variant {
  readonly imports: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Names of the set-ups. */
export const VARIANTS = ['bare', 'stock', 'again', 'lean', 'plain', 'ours'] as const;
/** Name of a set-up. */
export type VariantName = (typeof VARIANTS)[number];

/** Where the collector and the backend of services are. */
export interface Surroundings {
  readonly collectorPort: number;
}

/**
 * Makes the set-ups: `bare` has no telemetry; `again` is `stock` once more, and its ratio is the noise of the machine; `lean` is
 * `stock` without the instrumentations of DNS and sockets; `plain` is ours with the identity on the resource, as it is by default;
 * `ours` has everything that can be switched on.
 */
export function makeVariants({ collectorPort }: Surroundings): Record<VariantName, Variant> {
  const backend = { BENCH_BACKEND_PORT: String(collectorPort) };
  const exports = {
    ...backend,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    OTEL_SERVICE_NAME: 'shop',
  };
  const stock = createRequire(import.meta.url).resolve('@opentelemetry/auto-instrumentations-node/register');
  const resource =
    'service.version=2.1.0,deployment.environment.name=production,deployment.id=deploy-7,rolloutguard.cohort=canary';
  const stockEnv = { ...exports, OTEL_RESOURCE_ATTRIBUTES: resource };
  const imports = [new URL('../../dist/register.js', import.meta.url).href];
  const ourEnv = {
    ...exports,
    ROLLOUTGUARD_IDENTITY_FILES: podInfo(),
    ROLLOUTGUARD_SERVICE_VERSION: '2.1.0',
    ROLLOUTGUARD_ENVIRONMENT: 'production',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_STRATEGY: 'canary',
  };
  return {
    bare: { imports: [], env: backend },
    stock: { imports: [pathToFileURL(stock).href], env: stockEnv },
    again: { imports: [pathToFileURL(stock).href], env: stockEnv },
    lean: {
      imports: [pathToFileURL(stock).href],
      env: { ...stockEnv, OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'net,dns' },
    },
    plain: { imports, env: ourEnv },
    ours: {
      imports,
      env: {
        ...ourEnv,
        BENCH_TELEMETRY: fileURLToPath(new URL('../../dist/telemetry.js', import.meta.url)),
        ROLLOUTGUARD_IDENTITY_ON_SPANS: 'true',
        ROLLOUTGUARD_PROPAGATE_TO: `127.0.0.1:${collectorPort},*.shop.svc.cluster.local`,
      },
    },
  };
}

/** A mount of pod labels as the kubelet makes it; the cohort is followed in it. */
function podInfo(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rolloutguard-bench-'));
  mkdirSync(join(directory, '..2026'));
  writeFileSync(
    join(directory, '..2026/labels'),
    'rolloutguard.cohort="canary"\nrollouts-pod-template-hash="5d8f7c"\n',
  );
  symlinkSync('..2026', join(directory, '..data'));
  symlinkSync('..data/labels', join(directory, 'labels'));
  return join(directory, 'labels');
}
