/** What functions of PromQL take. Those that are not known are left alone. */

/** They take a range of samples: `rate(x[5m])`. */
export function takesRange(name: string): boolean {
  return /_over_time$/.test(name) || RANGE.has(name);
}

/** They compare samples of one series, so that one sample in the range gives nothing. */
export function needsTwoSamples(name: string): boolean {
  return TWO_SAMPLES.has(name);
}

const TWO_SAMPLES: ReadonlySet<string> = new Set([
  ...['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv', 'predict_linear'],
  ...['holt_winters', 'double_exponential_smoothing'],
]);

const RANGE: ReadonlySet<string> = new Set([...TWO_SAMPLES, 'changes', 'resets']);

/** Functions for which a counter is no growth but a fact: whether and when it is there. */
const ABOUT_SERIES: ReadonlySet<string> = new Set(['absent', 'timestamp', 'present', 'count', 'group', 'count_values']);

/** Whether a function asks about the series and not about their values. */
export function asksForSeries(name: string): boolean {
  return ABOUT_SERIES.has(name);
}
