/** Which copies of OpenTelemetry packages meet. */
import { trusts } from '../../packages/api-copies.ts';
import type { PackageCopy } from '../../packages/copies.ts';
import { type INSTALLED_PEERS, installCommand } from '../../packages/install.ts';
import { shownName } from '../../shown-text.ts';
import type { Check, DoctorFacts } from '../facts.ts';
import { finding, type TelemetryFinding } from '../finding.ts';

const API = '@opentelemetry/api';

/** From which version on, and below which, as in `peerDependencies` of package.json. */
export const PEER_RANGES: Readonly<Record<keyof typeof INSTALLED_PEERS, readonly [from: string, below: string]>> = {
  '@opentelemetry/api': ['1.10.0', '2.0.0'],
  '@opentelemetry/auto-instrumentations-node': ['0.82.0', '1.0.0'],
  '@opentelemetry/core': ['3.0.0', '4.0.0'],
  '@opentelemetry/exporter-trace-otlp-http': ['0.300.0', '0.400.0'],
  '@opentelemetry/resources': ['3.0.0', '4.0.0'],
  '@opentelemetry/sdk-node': ['0.300.0', '0.400.0'],
};

/** Packages of which two lines do not work together, and the first version of the line that is used. */
const SDK_LINES: Readonly<Record<string, string>> = {
  '@opentelemetry/core': '3.0.0',
  '@opentelemetry/resources': '3.0.0',
  '@opentelemetry/sdk-logs': '3.0.0',
  '@opentelemetry/sdk-metrics': '3.0.0',
  '@opentelemetry/sdk-trace': '3.0.0',
  '@opentelemetry/sdk-trace-base': '3.0.0',
  '@opentelemetry/sdk-trace-node': '3.0.0',
  '@opentelemetry/sdk-node': '0.300.0',
  '@opentelemetry/instrumentation': '0.300.0',
};

/** How many copies are named. */
const MAX_NAMED = 8;

/** What is installed. */
export const checkPackages: Check = ({ packages }) => [
  ...checkPeers(packages.peers),
  ...checkApi(packages),
  ...checkLogsApi(packages.copies),
  ...checkLines(packages.copies),
  ...checkDuplicates(packages.copies),
  ...(packages.complete ? [] : [finding('PACKAGES_NOT_SEEN', 'not all installed packages were looked through.')]),
];

function checkPeers(peers: DoctorFacts['packages']['peers']): TelemetryFinding[] {
  const mend = `Run: ${installCommand()}`;
  const missing: string[] = [];
  const outside: string[] = [];
  for (const [name, [from, below]] of Object.entries(PEER_RANGES)) {
    const copy = Object.hasOwn(peers, name) ? peers[name] : null;
    if (copy === null || copy === undefined) missing.push(name);
    else if (isOlder(copy.version, from) || !isOlder(copy.version, below))
      outside.push(`${place(copy)} (not at least ${from} and below ${below})`);
  }
  return [
    ...(missing.length === 0 ? [] : [finding('PEER_MISSING', `not installed: ${missing.join(', ')}.`, mend)]),
    ...(outside.length === 0
      ? []
      : [finding('PEER_OUTSIDE_RANGE', `not of the right release: ${outside.join(', ')}.`, mend)]),
  ];
}

function checkApi({ peers, appApi, copies }: DoctorFacts['packages']): TelemetryFinding[] {
  const ours = peers[API];
  const others = copies.filter(({ name }) => name === API);
  if (ours === null || ours === undefined) return [];
  if (appApi !== null && appApi.directory !== ours.directory && !trusts(appApi.version, ours.version)) {
    const message = `the app uses ${place(appApi)}, telemetry uses ${place(ours)}: what the app records itself is dropped.`;
    return [finding('DUPLICATE_API', message, `Install one copy: npm install ${API}@${ours.version}`)];
  }
  if (others.length < 2) return [];
  const newer = others.filter(({ version }) => !trusts(version, ours.version));
  const which = newer.length > 0 ? `newer than that of telemetry (${ours.version}): ${list(newer)}` : list(others);
  return [
    finding('API_COPIES', `there are ${others.length} copies of ${API}, ${newer.length > 0 ? 'some ' : ''}${which}.`),
  ];
}

function checkLogsApi(copies: readonly PackageCopy[]): TelemetryFinding[] {
  const old = copies.filter(({ name }) => name === '@opentelemetry/api-logs');
  return old.length === 0 ? [] : [finding('API_LOGS_OLD', `what logs through ${list(old)} is not heard.`)];
}

function checkLines(copies: readonly PackageCopy[]): TelemetryFinding[] {
  const old = copies.filter(
    ({ name, version }) => Object.hasOwn(SDK_LINES, name) && isOlder(version, SDK_LINES[name] as string),
  );
  return old.length === 0 ? [] : [finding('SDK_LINES_MIXED', `of an older release line: ${list(old)}.`)];
}

function checkDuplicates(copies: readonly PackageCopy[]): TelemetryFinding[] {
  const names = [...new Set(copies.map(({ name }) => name))].filter((name) => name !== API && isHeavy(name));
  return names.flatMap((name) => {
    const same = copies.filter((copy) => copy.name === name);
    return same.length < 2
      ? []
      : [finding('PACKAGE_TWICE', `there are ${same.length} copies of ${name}: ${list(same)}.`)];
  });
}

/** Copies of the rest, such as the names of the conventions, do no harm. */
function isHeavy(name: string): boolean {
  return Object.hasOwn(SDK_LINES, name) || name === '@opentelemetry/otlp-transformer';
}

/** Compares versions of three numbers. What follows a hyphen is left out. */
function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('-')[0]!.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const [left = 0, right = 0] = [a![i], b![i]];
    if (left !== right) return left < right;
  }
  return false;
}

function place({ name, version, directory }: PackageCopy): string {
  return `${name} ${shownName(version)} in ${shownName(directory)}`;
}

function list(copies: readonly PackageCopy[]): string {
  const named = copies.slice(0, MAX_NAMED).map(place).join(', ');
  return copies.length > MAX_NAMED ? `${named} and ${copies.length - MAX_NAMED} more` : named;
}
