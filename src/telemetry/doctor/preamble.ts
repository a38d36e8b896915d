/** The one line that says at the start what is in effect. Whoever reads it knows what ran, without a debugger. */
import { fileURLToPath } from 'node:url';
import { VERSION } from '../../version.ts';
import type { DeploymentIdentity } from '../identity/deployment-identity.ts';
import type { IdentityConflict } from '../identity/identity.ts';
import { findCopy } from '../packages/copies.ts';
import { INSTALLED_PEERS } from '../packages/install.ts';
import type { TelemetryProblem } from '../problems.ts';
import { shownName, shownText, shownUrl } from '../shown-text.ts';
import { destinationsOf } from './destinations.ts';
import { listEnvironment } from './environment-listing.ts';
import { jsonLine } from './json-line.ts';
import type { RunningTelemetry } from './started.ts';

/** Longest preamble, in characters. Collectors of logs cut lines, some at 16 KB. */
export const MAX_PREAMBLE_LENGTH = 8_192;

/** What a list shows at most. */
const MAX_ITEMS = 60;

/** The packages whose versions matter; what the others are follows from them. */
const PACKAGES = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-node',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-metrics',
];

/** What the preamble is made of. */
export interface PreambleInput {
  readonly identity: DeploymentIdentity;
  readonly conflicts: readonly IdentityConflict[];
  readonly problems: readonly TelemetryProblem[];
  readonly inside: RunningTelemetry;
  readonly time: Date;
  readonly nodeVersion: string;
  readonly pid: number;
  /** At level `debug`: where the packages lie. */
  readonly places: boolean;
}

/** The preamble: a line of JSON with its line break. */
export function preamble(input: PreambleInput): string {
  const { identity, conflicts, problems, inside, time, nodeVersion, pid, places } = input;
  const { plan, started } = inside;
  const fields = {
    event: 'rolloutguard.telemetry.started',
    time: time.toISOString(),
    pid,
    rolloutguard: VERSION,
    node: nodeVersion,
    packages: packagesInEffect(places),
    identity: shownIdentity(identity),
    export: shownDestinations(inside),
    metricIntervalMs: plan.settings.metricIntervalMs,
    problems: problems.slice(0, MAX_ITEMS).map(({ code }) => code),
    conflicts: conflicts.slice(0, MAX_ITEMS).map(({ attribute }) => shownName(attribute)),
    instrumentations: started.instrumentations.slice(0, MAX_ITEMS).map(shownName),
    environment: Object.fromEntries(listEnvironment(plan.env).map(({ name, value }) => [name, value])),
  };
  const expendable = ['environment', 'instrumentations', 'conflicts', 'problems', 'identity', 'export', 'packages'];
  return `${jsonLine(fields, MAX_PREAMBLE_LENGTH, expendable)}\n`;
}

/** The identity as it may be shown. */
export function shownIdentity(identity: DeploymentIdentity): Record<string, { value: string; source: string }> {
  return Object.fromEntries(
    Object.entries(identity).map(([field, { value, source }]) => [
      field,
      { value: shownText(value), source: shownName(source) },
    ]),
  );
}

function shownDestinations({ plan: { settings } }: RunningTelemetry): Record<string, string> {
  return Object.fromEntries(
    destinationsOf(settings).map(({ signals, url, protocol }) => [signals.join(','), `${protocol} ${shownUrl(url)}`]),
  );
}

function packagesInEffect(places: boolean): Record<string, string> {
  const here = fileURLToPath(import.meta.url);
  const copies = PACKAGES.map((name) =>
    findCopy(name, here, Object.hasOwn(INSTALLED_PEERS, name) ? [] : ['@opentelemetry/sdk-node']),
  );
  return Object.fromEntries(
    copies.flatMap((copy) =>
      copy === null ? [] : [[copy.name, places ? `${copy.version} in ${shownName(copy.directory)}` : copy.version]],
    ),
  );
}
