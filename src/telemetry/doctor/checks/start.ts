/** Whether telemetry starts, before the app, and alone. */
import { dirname } from 'node:path';
import { CATALOGUE } from '../../instrumentation/catalogue.ts';
import { packageNameOf } from '../../instrumentation/package-name.ts';
import { shownName } from '../../shown-text.ts';
import type { Check, DoctorFacts } from '../facts.ts';
import { finding, type TelemetryFinding } from '../finding.ts';
import { shownSpecifier } from '../node-options.ts';

const OURS = /(?:^|[\\/])rolloutguard[\\/](?:register|dist[\\/]register)|telemetry[\\/]register\.ts$/;

const OUR_ENTRIES: ReadonlySet<string> = new Set(['rolloutguard/telemetry', 'rolloutguard/register']);

const INSTRUMENTED: ReadonlySet<string> = new Set(CATALOGUE.flatMap(({ modules }) => modules));

/** Other agents: how their preload is called, and their package. The folders are those of the injections into clusters. */
const AGENTS: readonly (readonly [name: string, preload: RegExp, packages: readonly string[]])[] = [
  ['Datadog', /\bdd-trace\b|datadog-lib/, ['dd-trace']],
  ['New Relic', /\bnewrelic\b|newrelic-instrumentation/, ['newrelic']],
  [
    'Elastic',
    /elastic-apm-node|@elastic\/opentelemetry-node|elastic-apm/,
    ['elastic-apm-node', '@elastic/opentelemetry-node'],
  ],
  ['Sentry', /@sentry\//, ['@sentry/node', '@sentry/nextjs', '@sentry/nestjs']],
  ['Splunk', /@splunk\/otel/, ['@splunk/otel']],
  ['Dynatrace', /@dynatrace\/oneagent|dynatrace/i, ['@dynatrace/oneagent-sdk', '@dynatrace/oneagent']],
  ['Honeycomb', /@honeycombio\/opentelemetry-node/, ['@honeycombio/opentelemetry-node']],
  ['Dash0', /@dash0\/opentelemetry|dash0-init-container/, ['@dash0/opentelemetry']],
  [
    'Azure Monitor',
    /@azure\/monitor-opentelemetry|applicationinsights/,
    ['@azure/monitor-opentelemetry', 'applicationinsights'],
  ],
  ['AppDynamics', /\bappdynamics\b/, ['appdynamics']],
  [
    'the OpenTelemetry auto-instrumentation',
    /auto-instrumentations-node|otel-auto-instrumentation|autoinstrumentation\.js/,
    [],
  ],
];

/** How and with whom telemetry starts. */
export const checkStart: Check = (facts) => [
  ...checkPreloads(facts),
  ...checkAgents(facts),
  ...checkStaticStart(facts),
  ...(isStarted(facts)
    ? []
    : [finding('NOT_STARTED', 'neither NODE_OPTIONS, nor the entry, nor a script of package.json starts telemetry.')]),
];

function isStarted({ started, preloads, entry, manifest }: DoctorFacts): boolean {
  return (
    started !== null ||
    preloads.some(({ specifier }) => OURS.test(specifier)) ||
    entry?.staticImports.some((name) => OUR_ENTRIES.has(name)) === true ||
    manifest?.scripts.some((script) => script.includes('rolloutguard/register')) === true
  );
}

/** Yarn's own loader: without it nothing is found under Plug'n'Play, not even our preload. */
const PLUG_N_PLAY = /(?:^|[/\\])\.pnp\.loader\.mjs$/;

function checkPreloads({ preloads, cwd, entry }: DoctorFacts): TelemetryFinding[] {
  return preloads.flatMap(({ option, specifier, fromVariable, found }) => {
    const shown = `${option} ${shownSpecifier(specifier)}`;
    if (option === '--loader')
      return PLUG_N_PLAY.test(specifier) ? [] : [finding('LOADER_OPTION', `Node is given a loader: ${shown}.`)];
    if (!fromVariable) return [];
    if (!found)
      return [finding('PRELOAD_NOT_FOUND', `NODE_OPTIONS has ${shown}, which is not found from ${shownName(cwd)}.`)];
    const elsewhere = entry !== null && dirname(entry.path) !== cwd;
    return elsewhere && !/^(?:[/\\]|[a-z]+:)/i.test(specifier)
      ? [
          finding(
            'PRELOAD_FROM_CWD',
            `NODE_OPTIONS has ${shown}, which is found from ${shownName(cwd)} and not from the app.`,
          ),
        ]
      : [];
  });
}

function checkAgents({ preloads, manifest }: DoctorFacts): TelemetryFinding[] {
  return AGENTS.flatMap(([name, pattern, packages]) => {
    const preload = preloads.find(({ specifier }) => pattern.test(specifier));
    if (preload !== undefined)
      return [
        finding('OTHER_AGENT', `${name} is preloaded by ${preload.option} ${shownSpecifier(preload.specifier)}.`),
      ];
    const installed = packages.find((each) => manifest?.dependencies.includes(each));
    return installed === undefined
      ? []
      : [finding('OTHER_AGENT_INSTALLED', `the app depends on ${installed} (${name}).`)];
  });
}

function checkStaticStart({ entry, preloads }: DoctorFacts): TelemetryFinding[] {
  if (entry?.format !== 'module' || preloads.some(({ specifier }) => OURS.test(specifier))) return [];
  if (!entry.staticImports.some((name) => OUR_ENTRIES.has(name))) return [];
  const packages = [...new Set(entry.staticImports.map(packageNameOf))].filter(
    (name): name is string => name !== null && INSTRUMENTED.has(name),
  );
  if (packages.length === 0) return [];
  const names = packages.slice(0, 10).join(', ');
  return [
    finding(
      'STATIC_START',
      `${shownName(entry.path)} starts telemetry by a static import, and so it imports ${names}.`,
    ),
  ];
}
