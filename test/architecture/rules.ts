/**
 * Which room of the house may import which: docs/architecture.md says why. Imports point downwards only.
 * A room is a folder of `src`, or one folder under `src/adapters`, or one file at the top. A folder inside a room is a room
 * of its own when it has a rule of its own: what it loads, the room around it may not load.
 */

/** One room's permissions. */
export interface Rule {
  /** Rooms it may import at run time. */
  readonly runtime: readonly string[];
  /** Rooms whose types only it may name. */
  readonly types?: readonly string[];
  /** Modules from outside that it may load: Node's own and packages. */
  readonly outside?: RegExp;
}

/** Files at the top of `src` that stand below every room: they import nothing of ours but each other. */
export const FOUNDATION: readonly string[] = ['errors', 'options', 'duration', 'nearest', 'version', 'visible-text'];

/** The longest file that a reader can hold in mind. */
export const MAX_LINES = 300;

/** Rooms that a user of the package may not see printing: everything but the command line. */
export const MAY_PRINT: readonly string[] = ['cli'];

/** Packages that are loaded from the folder of a declared peer, so that its own copy is used, and are not declared themselves. */
export const BORROWED: readonly string[] = ['import-in-the-middle'];

/** Declared peers that bring packages along, which are loaded through them. */
export const BRINGERS: readonly string[] = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/exporter-trace-otlp-http',
];

const NODE = /^node:/;

/** Packages that a dependency names as its peers: whoever takes it must bring them, and imports none of them. */
export const COMPANIONS: readonly string[] = ['@lezer/highlight', '@lezer/lr'];

/** The house. A room that is missing here may not exist: name its place first. */
export const RULES: Readonly<Record<string, Rule>> = {
  index: { runtime: ['engine', 'ports', 'planning', 'statistics'] },
  statistics: { runtime: [] },
  planning: { runtime: ['statistics'], types: ['ports'] },
  // The shape of a latency histogram belongs to the mathematics; the telemetry shapes only name it.
  ports: { runtime: [], types: ['statistics'] },
  // A digest is a pure function.
  engine: { runtime: ['statistics', 'planning', 'ports'], outside: /^node:crypto$/ },
  // The shapes of pods are the Kubernetes project's own, as types.
  rollouts: { runtime: [], outside: /^kubernetes-types\// },
  'rollouts/yaml': { runtime: ['rollouts'], outside: /^yaml$/ },
  'rollouts/promql': { runtime: ['rollouts'], outside: /^@prometheus-io\/lezer-promql$/ },
  'rollouts/semantics': { runtime: ['rollouts'] },
  'rollouts/planned': { runtime: ['rollouts', 'planning', 'statistics'] },
  telemetry: { runtime: [], outside: /^node:|^@opentelemetry\/|^import-in-the-middle\// },
  'adapters/*': { runtime: ['ports', 'statistics'], outside: NODE },
  safety: { runtime: ['ports', 'statistics', 'planning'], outside: NODE },
  diagnosis: { runtime: ['ports', 'rollouts'], outside: NODE },
  // Only the file that reads recordings loads modules of Node's.
  replay: { runtime: ['engine', 'ports', 'statistics', 'planning'], outside: NODE },
  report: { runtime: ['engine', 'ports', 'statistics', 'replay'], types: ['planning'] },
  testing: { runtime: ['engine', 'ports', 'planning', 'statistics'], outside: /^node:assert/ },
  service: { runtime: ['engine', 'ports', 'safety', 'report', 'diagnosis', 'statistics', 'planning'], outside: NODE },
  cli: {
    runtime: [
      'adapters/*',
      'diagnosis',
      'engine',
      'planning',
      'ports',
      'replay',
      'report',
      'rollouts',
      'rollouts/planned',
      'rollouts/promql',
      'rollouts/yaml',
      'safety',
      'service',
      'statistics',
      'telemetry',
      'testing',
    ],
    outside: NODE,
  },
};
