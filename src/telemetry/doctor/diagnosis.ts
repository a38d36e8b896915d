/** The report of the doctor, as plain data. */
import type { TelemetryFinding } from './finding.ts';

/** What the doctor found out. Plain JSON, without secrets. */
export interface TelemetryDiagnosis {
  readonly schemaVersion: 1;
  /** False when there is a finding of severity `error`. */
  readonly healthy: boolean;
  /** Version of this package. */
  readonly rolloutguard: string;
  /** Version of Node, such as `v24.11.1`. */
  readonly node: string;
  /** Whether it is about the telemetry that runs in this process; else about the one that would be started. */
  readonly running: boolean;
  /** The file that the app begins with; null when it is not known. */
  readonly entry: string | null;
  /** The errors first. */
  readonly findings: readonly TelemetryFinding[];
  /** What is known of the deployment, each value with its source. */
  readonly identity: Readonly<Record<string, { readonly value: string; readonly source: string }>>;
  /** Where telemetry goes, and what came of trying. */
  readonly destinations: readonly DiagnosedDestination[];
  /** The OpenTelemetry packages that telemetry uses. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly directory: string }[];
  /** Instrumentations that were started; empty when nothing runs. */
  readonly instrumentations: readonly string[];
  /** The variables that telemetry or Node reads; values only where they cannot be secret. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

/** One address. */
export interface DiagnosedDestination {
  /** Without credentials, query and the unknown parts of its path. */
  readonly url: string;
  readonly signals: readonly string[];
  readonly protocol: string;
  /** `answered 200`, `failed ECONNREFUSED at connect`, `timeout at tls`; null when it was not tried. */
  readonly outcome: string | null;
}
