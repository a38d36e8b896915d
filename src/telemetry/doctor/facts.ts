/** What the checks look at: everything that was gathered, as plain data. A check is a pure function of it. */
import type { Environment } from '../environment.ts';
import type { PackageCopy } from '../packages/copies.ts';
import type { TelemetryPlan } from '../plan.ts';
import type { TelemetryProblem } from '../problems.ts';
import type { Destination } from './destinations.ts';
import type { TelemetryFinding } from './finding.ts';
import type { PreloadedModule } from './node-options.ts';
import type { ProbeResult } from './probe.ts';
import type { Started } from './started.ts';

/** A module that Node loads before the app, and whether it is found. */
export interface PreloadFacts extends PreloadedModule {
  /** Whether it comes from NODE_OPTIONS; else from the command line of this process. */
  readonly fromVariable: boolean;
  readonly found: boolean;
}

/** The file that the app begins with. */
export interface EntryFacts {
  readonly path: string;
  readonly format: 'module' | 'commonjs' | 'unknown';
  /** Packages that it and the files beside it import statically, as they are written there. */
  readonly staticImports: readonly string[];
}

/** What the package.json of the app says. */
export interface ManifestFacts {
  readonly dependencies: readonly string[];
  readonly scripts: readonly string[];
}

/** Which copies of packages there are. */
export interface PackagesFacts {
  /** The installed peers as telemetry finds them. */
  readonly peers: Readonly<Record<string, PackageCopy | null>>;
  /** The copy of `@opentelemetry/api` that the app finds. */
  readonly appApi: PackageCopy | null;
  /** All copies of OpenTelemetry packages that lie in the folders of the app. */
  readonly copies: readonly PackageCopy[];
  /** Whether all folders were looked through. */
  readonly complete: boolean;
}

/** A file with labels or annotations of the pod. */
export interface LabelFileFacts {
  readonly path: string;
  readonly state: 'read' | 'absent' | 'unreadable';
  /** The mount is of this file alone, so that Kubernetes never changes it. */
  readonly isMountPoint: boolean;
  readonly tellsCohort: boolean;
}

/** What came of trying an address. */
export interface ProbeFacts extends Destination {
  readonly result: ProbeResult;
}

/** A file that a variable names, such as a certificate. */
export interface NamedFile {
  readonly variable: string;
  readonly readable: boolean;
}

/** Everything. */
export interface DoctorFacts {
  readonly nodeVersion: string;
  readonly env: Environment;
  readonly cwd: string;
  readonly preloads: readonly PreloadFacts[];
  readonly entry: EntryFacts | null;
  readonly manifest: ManifestFacts | null;
  readonly plan: TelemetryPlan;
  /** All problems that the start, or planning one, has found. */
  readonly problems: readonly TelemetryProblem[];
  readonly packages: PackagesFacts;
  readonly labelFiles: readonly LabelFileFacts[];
  readonly certificates: readonly NamedFile[];
  readonly destinations: readonly Destination[];
  /** Empty when the network is not to be used. */
  readonly probes: readonly ProbeFacts[];
  /** What runs in this process; null when nothing does, or when another app was asked about. */
  readonly started: Started | null;
}

/** Looks at one subject. */
export type Check = (facts: DoctorFacts) => readonly TelemetryFinding[];
