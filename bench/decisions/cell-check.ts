/** The check of what a cell says about its metrics: every option must be one of a metric that is judged. */
import type { Cell, CellMetric, CellOptions, MetricName } from './cell.ts';
import { Check, type Rule } from './check.ts';
import { LATENCY_PRESETS, LATENCY_RULES } from './latency-options.ts';
import { NOISE_PRESETS, SCENARIO_RULES, UNIT_SECONDS } from './scenario-options.ts';

const METRICS: readonly MetricName[] = ['errors', 'latency'];

/** Options of traffic and telemetry, which all metrics share. */
const COMMON = ['rps', 'w', 'diurnal', 'hist', 'gaps', 'reset', 'scale', 'intervalSeconds', 'incident'] as const;
/** Options that each metric has besides the common ones. */
const OWN: Record<MetricName, readonly string[]> = {
  errors: ['base', 'od', 'ratio', 'add', 'onset', 'ramp', 'cold', 'interference', 'dependency'],
  latency: ['base', 'od', 'onset', 'ramp', 'cold', ...Object.keys(LATENCY_RULES)],
};
const RULES: Readonly<Record<string, Rule>> = { ...SCENARIO_RULES, ...LATENCY_RULES };

/**
 * Checks the metrics and the options of one cell.
 *
 * @param where - the cell's name, for messages.
 * @throws CorpusError - unknown metrics and options, options of a metric that is not judged, wrong types, numbers out of
 * range; the message names cell and path.
 */
export function parseMetrics(
  { metric, metrics, kw }: { metric: unknown; metrics: unknown; kw: unknown },
  where: string,
): Pick<Cell, 'metric' | 'metrics' | 'kw'> {
  const check: Check = new Check(where);
  if (metric !== undefined) check.oneOf('metric', metric, METRICS);
  if (metric !== undefined && metrics !== undefined) check.fail('metrics', 'and metric cannot both be given');
  const names = metrics === undefined ? [(metric ?? 'errors') as MetricName] : metricNames(check, metrics);
  const options = check.object('kw', kw) as CellOptions;
  const known = [...new Set([...COMMON, ...names.flatMap((name) => OWN[name])])];
  checkOptions(check, 'kw', options, known, names);
  if (metrics !== undefined) {
    (metrics as CellMetric[]).forEach((one, i) => {
      if (typeof one === 'string') return;
      const { metric: name, ...own } = one;
      checkOptions(check, `metrics[${i}]`, own, OWN[name], [name]);
    });
  }
  const { hist, intervalSeconds } = options;
  const length = intervalSeconds ?? UNIT_SECONDS;
  if (((hist ?? 60) * UNIT_SECONDS) % length !== 0) {
    check.fail('kw.hist', `must be a whole number of intervals of ${length} s`);
  }
  if (metrics !== undefined) return { metrics: metrics as CellMetric[], kw: options };
  return { ...(names[0] === 'errors' ? {} : { metric: names[0]! }), kw: options };
}

function metricNames(check: Check, metrics: unknown): MetricName[] {
  if (!Array.isArray(metrics) || metrics.length === 0) check.fail('metrics', 'must be a list of metrics');
  const names = metrics.map((one: unknown, i): MetricName => {
    const path = `metrics[${i}]`;
    const name = typeof one === 'string' ? one : (check.object(path, one) as { metric?: unknown }).metric;
    check.oneOf(typeof one === 'string' ? path : `${path}.metric`, name, METRICS);
    return name as MetricName;
  });
  for (const once of ['errors', 'latency'] as const) {
    if (names.filter((name) => name === once).length > 1) check.fail('metrics', `name ${once} twice`);
  }
  return names;
}

function checkOptions(
  check: Check,
  path: string,
  options: object,
  known: readonly string[],
  metrics: readonly MetricName[],
): void {
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      const owner = METRICS.find((metric) => OWN[metric].includes(name));
      if (owner !== undefined && !metrics.includes(owner)) {
        check.fail(`${path}.${name}`, `is an option of ${owner}, which this cell does not judge`);
      }
      check.fail(`${path}.${name}`, `is not an option; known are ${known.join(', ')}`);
    }
    RULES[name]!(check, `${path}.${name}`, value);
    if (name === 'od') checkPreset(check, `${path}.od`, value, metrics);
  }
}

/** The names of noise differ by metric. */
function checkPreset(check: Check, path: string, od: unknown, metrics: readonly MetricName[]): void {
  if (typeof od !== 'string') return;
  const known = [...Object.keys(NOISE_PRESETS), ...(metrics.includes('latency') ? Object.keys(LATENCY_PRESETS) : [])];
  if (!known.includes(od)) check.fail(path, `"${od}" is not a preset; known are ${known.join(', ')}`);
}
