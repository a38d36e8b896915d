/** The doctor: gathers facts, asks each check, and reports. It never throws, and never shows a secret. */
import { VERSION } from '../../version.ts';
import type { Environment } from '../environment.ts';
import { currentTelemetry, insideCurrent } from '../handle.ts';
import { shownName, shownUrl } from '../shown-text.ts';
import { checkDestinations } from './checks/destinations.ts';
import { checkIdentity } from './checks/identity.ts';
import { checkLabels } from './checks/labels.ts';
import { checkNode } from './checks/node.ts';
import { checkPackages } from './checks/packages.ts';
import { checkProblems } from './checks/problems.ts';
import { checkReachability } from './checks/reachability.ts';
import { checkStart } from './checks/start.ts';
import { checkVariables } from './checks/variables.ts';
import type { DiagnosedDestination, TelemetryDiagnosis } from './diagnosis.ts';
import { listEnvironment } from './environment-listing.ts';
import type { Check, DoctorFacts } from './facts.ts';
import { type FindingSeverity, finding, type TelemetryFinding } from './finding.ts';
import { type GatherInput, gather } from './gather/gather.ts';
import { shownIdentity } from './preamble.ts';
import { type ProbeResult, probe } from './probe.ts';

/** Options of `diagnoseTelemetry`. */
export interface DiagnoseOptions {
  /** @defaultValue `process.env` */
  readonly env?: Environment;
  /** The file that the app begins with. @defaultValue that of this process */
  readonly entry?: string;
  /** @defaultValue the working directory of this process */
  readonly cwd?: string;
  /** Calls the probes off. */
  readonly signal?: AbortSignal;
  /** Whether collectors are tried, by an empty request to each. @defaultValue true */
  readonly reachability?: boolean;
}

/** What a test, or the start, replaces. */
export interface DiagnoseSeams {
  readonly probe?: typeof probe;
  readonly nodeVersion?: string;
  readonly walk?: boolean;
  /** Whether the process may end while it is examined. */
  readonly background?: boolean;
}

const CHECKS: Readonly<Record<string, Check>> = {
  identity: checkIdentity,
  problems: checkProblems,
  node: checkNode,
  start: checkStart,
  packages: checkPackages,
  variables: checkVariables,
  labels: checkLabels,
  destinations: checkDestinations,
  reachability: checkReachability,
};

const ORDER: readonly FindingSeverity[] = ['error', 'warning', 'info'];

/** More findings than this say no more. */
const MAX_FINDINGS = 200;

/** Examines telemetry, see doctor.ts, with its edges replaced. Never rejects. */
export async function diagnose(options: DiagnoseOptions, seams: DiagnoseSeams = {}): Promise<TelemetryDiagnosis> {
  const nodeVersion = seams.nodeVersion ?? process.version;
  let env: Environment = {};
  try {
    env = environmentOf(options);
    const facts = await gather(inputOf(options, seams, env, nodeVersion));
    return report(facts, findingsOf(facts));
  } catch (error) {
    return {
      ...emptyReport(nodeVersion),
      findings: [failure('gathering the facts', error)],
      environment: listEnvironment(env),
    };
  }
}

function inputOf(options: DiagnoseOptions, seams: DiagnoseSeams, env: Environment, nodeVersion: string): GatherInput {
  const { entry, cwd, signal, reachability = true } = options ?? {};
  const inside = isAboutThis(options) ? insideCurrent() : undefined;
  const tries = seams.probe ?? probe;
  return {
    ...{ env, nodeVersion, walk: seams.walk ?? true },
    app: {
      entry: textOf(entry) ?? (cwd === undefined ? process.argv[1] : undefined),
      cwd: textOf(cwd) ?? process.cwd(),
    },
    ...(inside && {
      running: {
        ...{ plan: inside.plan, started: inside.started, execArgv: process.execArgv },
        problems: currentTelemetry()?.problems ?? [],
      },
    }),
    ...(reachability !== false && {
      probe: inside === undefined ? tries : (...given) => inside.quietly(() => tries(...given)),
    }),
    probeOptions: { ...(signal instanceof AbortSignal && { signal }), background: seams.background ?? false },
  };
}

/** Whether nothing says that another app is meant. */
function isAboutThis(options: DiagnoseOptions): boolean {
  const { env, entry, cwd } = options ?? {};
  return env === undefined && entry === undefined && cwd === undefined;
}

/** What the checks say, the errors first. One that fails says so. */
export function findingsOf(facts: DoctorFacts): TelemetryFinding[] {
  const found = Object.entries(CHECKS).flatMap(([name, check]) => {
    try {
      return check(facts);
    } catch (error) {
      return [failure(`the examination of ${name}`, error)];
    }
  });
  return found.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity)).slice(0, MAX_FINDINGS);
}

/** Its message may quote anything, so only the kind of the error is told. */
function failure(what: string, error: unknown): TelemetryFinding {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const kind = [name, code].filter((part) => typeof part === 'string').map((part) => shownName(part as string));
  return finding('NOT_CHECKED', `${what} failed${kind.length === 0 ? '' : ` (${kind.join(' ')})`}.`);
}

function report(facts: DoctorFacts, findings: readonly TelemetryFinding[]): TelemetryDiagnosis {
  const { plan, packages, started, entry, env, nodeVersion } = facts;
  return {
    ...emptyReport(nodeVersion),
    healthy: findings.every(({ severity }) => severity !== 'error'),
    running: started !== null,
    entry: entry === null ? null : shownName(entry.path),
    findings,
    identity: shownIdentity(plan.identity.known),
    destinations: facts.destinations.map((destination): DiagnosedDestination => {
      const { url, signals, protocol } = destination;
      const result = facts.probes.find((tried) => tried.url === url && tried.protocol === protocol)?.result;
      return { url: shownUrl(url), signals, protocol, outcome: result === undefined ? null : outcomeText(result) };
    }),
    packages: Object.values(packages.peers).flatMap((copy) =>
      copy === null ? [] : [{ ...copy, directory: shownName(copy.directory) }],
    ),
    instrumentations: started?.instrumentations.slice(0, 100).map(shownName) ?? [],
    environment: listEnvironment(env),
  };
}

function emptyReport(nodeVersion: string): TelemetryDiagnosis {
  return {
    ...{
      schemaVersion: 1,
      healthy: false,
      rolloutguard: VERSION,
      node: shownName(nodeVersion),
      running: false,
      entry: null,
    },
    ...{ findings: [], identity: {}, destinations: [], packages: [], instrumentations: [], environment: [] },
  };
}

function outcomeText(result: ProbeResult): string {
  switch (result.outcome) {
    case 'answered':
      return `answered ${result.status}`;
    case 'connected':
      return 'connected';
    case 'failed':
      return `failed ${shownName(result.code)} at ${result.phase}`;
    case 'timeout':
      return `timeout at ${result.phase}`;
    case 'foreign':
      return `speaks ${result.speaks}`;
    default:
      return 'not tried';
  }
}

/** Own variables that are texts; whatever else a program passes is left out. */
function environmentOf(options: DiagnoseOptions): Environment {
  const given: unknown = options?.env ?? process.env;
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
