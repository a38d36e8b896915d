/** The check of what a cell says about its metrics: every option must be one of a metric that is judged. */
import { BUSINESS_RULES } from './business-options.ts';
import { type Cell, type CellMetric, type CellOptions, COMMON_OPTIONS, type MetricName, metricsOf } from './cell.ts';
import { Check, type Rule } from './check.ts';
import { LATENCY_PRESETS, LATENCY_RULES } from './latency-options.ts';
import { NOISE_PRESETS, SCENARIO_RULES, UNIT_SECONDS } from './scenario-options.ts';

const METRICS: readonly MetricName[] = ['errors', 'latency', 'business'];

/** Options that each metric has besides the common ones. */
const OWN: Record<MetricName, readonly string[]> = {
  errors: ['base', 'od', 'ratio', 'add', 'onset', 'ramp', 'cold', 'interference', 'dependency'],
  latency: ['base', 'od', 'onset', 'ramp', 'cold', ...Object.keys(LATENCY_RULES)],
  business: ['base', 'od', 'noise', 'onset', 'ramp', ...Object.keys(BUSINESS_RULES)],
};
/** Other spellings of options, where the cell has no option of that name. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ...{ weight: 'w', history: 'hist', interval: 'intervalSeconds', timeout: 'timeouts', CV: 'cv', sd: 'noise' },
  ...{ ar: 'autocorrelation', autocorr: 'autocorrelation', rho: 'autocorrelation', ratio: 'change', factor: 'change' },
};
const RULES: Readonly<Record<string, Rule>> = { ...SCENARIO_RULES, ...BUSINESS_RULES, ...LATENCY_RULES };

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
  const known = [...new Set([...COMMON_OPTIONS, ...names.flatMap((name) => OWN[name])])];
  const options: CellOptions = spelt(check, 'kw', check.object('kw', kw), known);
  checkOptions(check, 'kw', options, known, names);
  const list = (metrics as CellMetric[] | undefined)?.map((one, i): CellMetric => {
    if (typeof one === 'string') return one;
    const {
      metric: kind,
      name,
      kw: nested,
      ...rest
    } = one as CellOptions & { metric: MetricName; name?: string; kw?: object };
    const path = `metrics[${i}]`;
    if (name !== undefined && (typeof name !== 'string' || name === '')) check.fail(`${path}.name`, 'must be a text');
    const own: CellOptions = spelt(
      check,
      path,
      { ...rest, ...(nested && check.object(`${path}.kw`, nested)) },
      OWN[kind],
    );
    checkOptions(check, path, own, OWN[kind], [kind]);
    return { metric: kind, ...(name === undefined ? {} : { name }), ...own };
  });
  const { hist, intervalSeconds } = options;
  const length = intervalSeconds ?? UNIT_SECONDS;
  if (((hist ?? 60) * UNIT_SECONDS) % length !== 0) {
    check.fail('kw.hist', `must be a whole number of intervals of ${length} s`);
  }
  if (list !== undefined) {
    const all = metricsOf({ name: where, kind: 'null', metrics: list, kw: options }).map(({ name }) => name);
    const twice = all.find((name, i) => all.indexOf(name) < i);
    if (twice !== undefined) check.fail('metrics', `name ${twice} twice`);
    return { metrics: list, kw: options };
  }
  return { ...(names[0] === 'errors' ? {} : { metric: names[0]! }), kw: options };
}

/** The options by their usual names. */
function spelt(check: Check, path: string, options: Record<string, unknown>, known: readonly string[]): CellOptions {
  const result: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(options)) {
    const other = Object.hasOwn(SPELLINGS, given) ? SPELLINGS[given]! : given;
    const name = known.includes(given) || !known.includes(other) ? given : other;
    if (Object.hasOwn(result, name)) check.fail(`${path}.${given}`, `says ${name} again`);
    result[name] = value;
  }
  return result as CellOptions;
}

function metricNames(check: Check, metrics: unknown): MetricName[] {
  if (!Array.isArray(metrics) || metrics.length === 0) check.fail('metrics', 'must be a list of metrics');
  return metrics.map((one: unknown, i): MetricName => {
    const path = `metrics[${i}]`;
    const name = typeof one === 'string' ? one : (check.object(path, one) as { metric?: unknown }).metric;
    check.oneOf(typeof one === 'string' ? path : `${path}.metric`, name, METRICS);
    return name as MetricName;
  });
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
    if (name === 'noise' && typeof value === 'object' && !metrics.includes('latency')) {
      check.fail(`${path}.noise`, 'must be a number, true or false');
    }
    if (name === 'od') checkPreset(check, `${path}.od`, value, metrics);
  }
}

/** The names of noise differ by metric. */
function checkPreset(check: Check, path: string, od: unknown, metrics: readonly MetricName[]): void {
  if (typeof od !== 'string') return;
  const known = [...Object.keys(NOISE_PRESETS), ...(metrics.includes('latency') ? Object.keys(LATENCY_PRESETS) : [])];
  if (!known.includes(od)) check.fail(path, `"${od}" is not a preset; known are ${known.join(', ')}`);
}
