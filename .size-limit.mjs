// Sizes of each entry as a bundler would ship it: minified, gzip, with all its exports. A limit is a promise with some
// room to breathe: raise it in the commit that needs it, and say why here. The optional peers are the user's and do not
// count, and neither do Node's own modules. Some entries are measured a second time with one export alone, as a program has
// it that needs no more: what is not used must drop out.
const measure = (name, limit, only) => ({
  name: only === undefined ? name : `${name} (${only})`,
  path: `dist/${name}.js`,
  limit,
  ...(only !== undefined && { import: `{ ${only} }` }),
  gzip: true,
  ignore: ['@opentelemetry/*'],
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', format: 'esm', logLevel: 'error' }),
});

export default [
  // The judge without any dependency. It was 15.6 with two judges over two arms; pods, fixed limits, policies as checked
  // documents, sessions that can be stored and words for every verdict doubled it; whose fault it is added 4, business
  // figures and saturation 7, the proof of promotion, presets and what must not be promoted 4; what automation may do, and what the time left can show, 7. (52.5)
  measure('index', '55 kB'),
  // Two decoders (JSON, protobuf), the interval store, and an HTTP server with its limits. Below a protobuf library. It was 12.5
  // without business metrics, which are told whole or not at all. (14.6)
  measure('otlp', '16 kB'),
  // It was 10.5 with two signals and no more. Identity from files, platforms and pipelines is 9 of it, the variables and
  // pipelines of OpenTelemetry 10, which instrumentation is for what 6, judged metrics 6, Prometheus, propagation, events and
  // crashes 9; the doctor (15) is loaded only when it is asked. (62.7)
  measure('telemetry', '65 kB'),
  // Only starts the bootstrap, so it may cost no more than that; the doctor is counted but loaded only at level info. (60.1)
  measure('register', '63 kB'),
  // Past deployments asked again: all of the judge, the readers, the sheets that count, and the calibration by them (5). (58)
  measure('replay', '61 kB'),
  // Pages with their style and plots inside; no script, no plot library. Decisions alone were 16.2; replays and plans, each
  // as text, Markdown and a page, and decisions as Markdown made it 30.
  measure('report', '34 kB'),
  // The walk of the judge's sums needs the judge's own curves, priors and ways of learning noise. (20)
  measure('planning', '22 kB'),
  // Promised were 30. The validation is 44 of it and the builders, which end in it, 15: the parser and checker of conditions 10,
  // rules of analyses 11, of Rollouts 8, of pods 6, schemas 5. Tried against it: docs/measurements.md. (59.3)
  measure('rollouts', '62 kB'),
  // All rules and no builder. (45)
  measure('rollouts', '48 kB', 'validate'),
  // A part of an object, which needs neither. (1.0)
  measure('rollouts', '2 kB', 'setWeight'),
  // The planner without its curves, the rule by which pods make weights, words for both (18); and the builders of templates with
  // the validation that they ask, which `rollouts` has too.
  measure('rollouts/planned', '73 kB'),
  // The parser of the Prometheus project is nearly all of it.
  measure('rollouts/promql', '32 kB'),
  // The parser, checker and machine of conditions are most of it; the rest is Argo's own decisions. (20)
  measure('rollouts/semantics', '22 kB'),
  // The YAML library is 32 of it; the rest is what reads and writes as Kubernetes does, and the rules of shapes that `parse` asks. (61)
  measure('rollouts/yaml', '65 kB'),
  // The program: everything that its commands use. Nobody bundles it; the limit only keeps strangers out. It was 64
  // with decisions alone; plans, replays and calibration with their reports were a third of 104. lint added the validation
  // and the parsers of YAML and PromQL (150), which only lint loads; doctor added what telemetry knows of itself (32). (291)
  measure('cli', '300 kB'),
  // Contract suites and simulated traffic. One contract makes a decision of the telemetry, so the engine comes along. (48.7)
  measure('testing', '51 kB'),
];
