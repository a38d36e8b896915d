/** Facts about an app with which all is well, for checks to be tried on. */

import { destinationsOf } from '../../../src/telemetry/doctor/destinations.ts';
import type { DoctorFacts } from '../../../src/telemetry/doctor/facts.ts';
import { INSTALLED_PEERS } from '../../../src/telemetry/packages/install.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';

/** What the app's environment says. */
export const HEALTHY_ENV: Readonly<Record<string, string>> = {
  OTEL_SERVICE_NAME: 'shop',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'd-7',
  ROLLOUTGUARD_COHORT: 'canary',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  NODE_OPTIONS: '--import rolloutguard/register',
};

/** The facts, with other variables and whatever else differs. */
export function factsOf(env: Readonly<Record<string, string>> = {}, more: Partial<DoctorFacts> = {}): DoctorFacts {
  const all = { ...HEALTHY_ENV, ...env };
  const plan = makePlan({ env: all }, { entry: '/app/server.mjs', cwd: '/app' });
  const copies = Object.entries(INSTALLED_PEERS).map(([name, version]) => ({
    ...{ name, version, directory: `/app/node_modules/${name}` },
  }));
  const peers = Object.fromEntries(copies.map((copy) => [copy.name, copy]));
  return {
    nodeVersion: 'v24.21.0',
    env: all,
    cwd: '/app',
    preloads: [{ option: '--import', specifier: 'rolloutguard/register', fromVariable: true, found: true }],
    entry: { path: '/app/server.mjs', format: 'module', staticImports: ['express'] },
    manifest: { dependencies: ['express'], scripts: [] },
    plan,
    problems: plan.problems,
    packages: { peers, appApi: peers['@opentelemetry/api'] ?? null, copies, complete: true },
    labelFiles: [],
    certificates: [],
    destinations: destinationsOf(plan.settings),
    probes: [],
    started: null,
    ...more,
  };
}
