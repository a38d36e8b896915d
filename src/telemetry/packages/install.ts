/**
 * Where the OpenTelemetry packages come from.
 *
 * Six packages are installed and bring the others along. Of those only what is used is loaded, one by one and from where
 * `sdk-node` itself finds them: its own set fits together, while a copy that some other dependency has put at the top may be
 * of an older release line.
 */
import { createRequire } from 'node:module';

/** What a user installs, in the versions that are tested. They pin each other: a mixture would install some packages twice. */
export const INSTALLED_PEERS = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/auto-instrumentations-node': '0.82.0',
  // A peer of auto-instrumentations-node: unless it is named, npm takes the newest, and every package brings its own copy.
  '@opentelemetry/core': '3.0.0',
  '@opentelemetry/exporter-trace-otlp-http': '0.300.0',
  '@opentelemetry/resources': '3.0.0',
  '@opentelemetry/sdk-node': '0.300.0',
} as const;

/** Loads a package by name, as `require()` does. */
export type PackageLoader = (name: string) => unknown;

const SDK = '@opentelemetry/sdk-node';
const INSTRUMENTATIONS = '@opentelemetry/auto-instrumentations-node';
/** Has what turns telemetry into bytes. */
const EXPORTER = '@opentelemetry/exporter-trace-otlp-http';

/** Loads packages from where the installed peers find them, and else from where this package is installed. */
export function packageLoader(here: string = import.meta.url): PackageLoader {
  const placeOf = placeFinder(here);
  return (name) => placeOf(name)(name);
}

/**
 * A `require` that finds what the package `name` depends on, in the copy that a loader would load.
 *
 * @throws when the package is not installed.
 */
export function requireInside(name: string, here: string = import.meta.url): NodeJS.Require {
  return createRequire(placeFinder(here)(name).resolve(name));
}

/** Each package is looked for first where the one is that pins its version. */
function placeFinder(here: string): (name: string) => NodeJS.Require {
  const own = createRequire(here);
  const sdk = requireOf(own, SDK);
  const instrumentations = requireOf(own, INSTRUMENTATIONS);
  const exporter = [...sdk, own].flatMap((place) => requireOf(place, EXPORTER)).slice(0, 1);
  return (name) => {
    const first = name.startsWith('@opentelemetry/instrumentation')
      ? [...instrumentations, ...sdk]
      : [...sdk, ...instrumentations];
    return [...first, ...exporter, own].find((candidate) => resolves(candidate, name)) ?? own;
  };
}

/** The command that installs what telemetry needs. */
export function installCommand(): string {
  return `npm install ${Object.entries(INSTALLED_PEERS)
    .map(([name, version]) => `${name}@${version}`)
    .join(' ')}`;
}

function requireOf(own: NodeJS.Require, name: string): NodeJS.Require[] {
  try {
    return [createRequire(own.resolve(name))];
  } catch {
    return [];
  }
}

function resolves(place: NodeJS.Require, name: string): boolean {
  try {
    place.resolve(name);
    return true;
  } catch {
    return false;
  }
}
