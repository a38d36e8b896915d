/**
 * The environment under which exporters are made.
 *
 * OpenTelemetry's exporters read `OTEL_EXPORTER_OTLP_*` once more in their constructors, and add what they find to what
 * they are told: a header that was reported as bad and left out would come back and make every export fail, a URL with a
 * password would be printed as not understood, and variables given as the option `env` would not count. So they are made
 * while `process.env` is an object of ours. That takes no turn of the event loop: nobody else sees it. Where an app has
 * made `process.env` read-only they are made under the app's own: better a header too many than no telemetry.
 */
import type { Environment } from '../environment.ts';
import type { Signal, SignalSettings } from './otlp.ts';

/** Files and transport security, which the exporter itself reads. */
const READ_BY_EXPORTER = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY', 'INSECURE'] as const;

/** Runs `make` while `process.env` holds what the exporter of this signal may know. */
export function madeUnder<T>(env: Environment, signal: Signal, settings: SignalSettings, make: () => T): T {
  const own: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(env)) if (!name.startsWith('OTEL_EXPORTER_OTLP_')) own[name] = value;
  for (const name of namesOf(signal)) if (env[name] !== undefined) own[name] = env[name];
  // The one way to tell gRPC its headers without loading gRPC here.
  if (settings.protocol === 'grpc') own['OTEL_EXPORTER_OTLP_HEADERS'] = encoded(settings.headers);
  const real = process.env;
  if (!replaceEnvironment(own)) return make();
  try {
    return make();
  } finally {
    replaceEnvironment(real);
  }
}

function replaceEnvironment(env: NodeJS.ProcessEnv): boolean {
  try {
    process.env = env;
    return true;
  } catch {
    return false;
  }
}

function namesOf(signal: Signal): string[] {
  return READ_BY_EXPORTER.flatMap((name) => [`OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`]);
}

function encoded(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join(',');
}
