/** Gathers everything that the checks look at. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../environment.ts';
import { type AppPlace, makePlan, type TelemetryPlan } from '../../plan.ts';
import type { TelemetryProblem } from '../../problems.ts';
import { destinationsOf } from '../destinations.ts';
import type { DoctorFacts, PackagesFacts, PreloadFacts } from '../facts.ts';
import { preloadedModules, wordsOf } from '../node-options.ts';
import type { ProbeOptions, ProbeResult, probe } from '../probe.ts';
import type { Started } from '../started.ts';
import { readEntry, readManifest } from './entry.ts';
import { gatherLabelFiles, gatherTlsFiles } from './files.ts';
import { gatherPackages } from './packages.ts';

/** What is examined. */
export interface GatherInput {
  readonly env: Environment;
  readonly app: AppPlace;
  /** Absent when nothing runs, or when another app is asked about. */
  readonly running?: {
    readonly plan: TelemetryPlan;
    readonly started: Started;
    readonly problems: readonly TelemetryProblem[];
    readonly execArgv: readonly string[];
  };
  readonly nodeVersion: string;
  /** Absent when the network is not to be used. */
  readonly probe?: typeof probe;
  readonly probeOptions?: ProbeOptions;
  /** Whether all folders of packages are looked through. */
  readonly walk: boolean;
}

/** Gathers the facts. What cannot be found out is empty. */
export async function gather(input: GatherInput): Promise<DoctorFacts> {
  const { env, app, running, nodeVersion } = input;
  const plan = running?.plan ?? makePlan({ env }, app);
  const entry = readEntry(app.entry, app.cwd);
  const inApp = entry?.path ?? join(app.cwd, 'package.json');
  const destinations = plan.settings.disabled ? [] : destinationsOf(plan.settings);
  const tlsFiles = destinations.map(({ signals }) => gatherTlsFiles(env, signals[0] as string));
  const [packages, probes] = await Promise.all([
    gatherPackages({ own: ownFile(inApp), app: inApp, ...(input.walk ? {} : { maxFolders: 0 }) }),
    Promise.all(
      destinations.map(async (destination, index) => ({
        ...destination,
        result: await tried(destination, tlsFiles[index]?.tls ?? {}, input),
      })),
    ),
  ]);
  return {
    ...{ nodeVersion, env, cwd: app.cwd, entry, plan, destinations },
    preloads: gatherPreloads(env, running?.execArgv ?? [], app.cwd),
    manifest: readManifest(inApp),
    problems: running?.problems ?? plan.problems,
    packages: input.walk ? packages : withoutWalk(packages),
    labelFiles: gatherLabelFiles(env, plan.keys),
    certificates: tlsFiles.flatMap(({ files }) => files),
    probes: probes.filter((each): each is DoctorFacts['probes'][number] => each.result !== null),
    started: running?.started ?? null,
  };
}

async function tried(
  destination: DoctorFacts['destinations'][number],
  tls: NonNullable<ProbeOptions['tls']>,
  input: GatherInput,
): Promise<ProbeResult | null> {
  return input.probe === undefined ? null : input.probe(destination, { ...input.probeOptions, tls });
}

/** Nobody looked, so nothing is said about it. */
function withoutWalk(packages: PackagesFacts): PackagesFacts {
  return { ...packages, complete: true };
}

/** This package as the app has it: the command line may run from another copy. */
function ownFile(inApp: string): string {
  try {
    return createRequire(inApp).resolve('rolloutguard/package.json');
  } catch {
    return fileURLToPath(import.meta.url);
  }
}

function gatherPreloads(env: Environment, execArgv: readonly string[], cwd: string): PreloadFacts[] {
  const fromVariable = preloadedModules(wordsOf(env['NODE_OPTIONS'] ?? ''));
  return [
    ...fromVariable.map((module) => ({ ...module, fromVariable: true, found: isFound(module.specifier, cwd) })),
    // They were found, or this process would not run.
    ...preloadedModules(execArgv).map((module) => ({ ...module, fromVariable: false, found: true })),
  ];
}

function isFound(specifier: string, cwd: string): boolean {
  try {
    if (/^(?:data|node):/.test(specifier)) return true;
    if (specifier.startsWith('file:')) return existsSync(fileURLToPath(specifier));
    createRequire(resolve(cwd, 'noop.js')).resolve(specifier);
    return true;
  } catch (error) {
    // A package that is there and has nothing for require() is found by --import.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
