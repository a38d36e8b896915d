/** Which series a ready template looks at, and how their PromQL is written. */
import type { OptionCheck } from '../../../options.ts';
import { list } from '../../builders/options.ts';
import type { PrometheusResult } from '../../conditions/results.ts';
import type { Metric } from '../../types/metric.ts';
import type { GoDuration, MetricDuration } from '../../types/values.ts';
import { arg, promqlLabel } from '../args.ts';
import { type ComparedMetricOptions, metric } from '../metric.ts';
import { prometheus } from '../sources.ts';

/** What all ready templates take. */
export interface ReadyOptions {
  /** Name of the template and of its metric. The one that compares with stable adds `-against-stable`. */
  readonly name?: string | undefined;
  /** Which service: a name, or an argument that the rollout gives. @defaultValue arg('service') */
  readonly service?: string | undefined;
  /** Label with the service's name. @defaultValue 'service_name' (OpenTelemetry's `service.name`) */
  readonly serviceLabel?: string | undefined;
  /**
   * How canary and stable are told apart: by the label with their role, or by the hash of their pods, which the rollout
   * gives by `hashArgs`. A role changes on running pods when a canary is promoted; a hash never does.
   * @defaultValue 'cohort'
   */
  readonly by?: 'cohort' | 'podTemplateHash' | undefined;
  /** Label of that. @defaultValue 'rolloutguard_cohort', by hash 'rollouts_pod_template_hash' */
  readonly cohortLabel?: string | undefined;
  /** More matchers for every series, such as `promqlLabel('http_route', '/checkout')`. */
  readonly matchers?: readonly string[] | undefined;
  /** Prometheus. @defaultValue that of the controller's environment */
  readonly address?: string | undefined;
  /** How far each measurement looks back. @defaultValue '2m' */
  readonly window?: MetricDuration | undefined;
  /** @defaultValue '30s' */
  readonly interval?: MetricDuration | undefined;
  /** How many measurements; `'unlimited'` in the background, where the rollout ends the run. @defaultValue 5 */
  readonly count?: number | 'unlimited' | undefined;
  /** @defaultValue none */
  readonly initialDelay?: MetricDuration | undefined;
  /** With how many in the window, of each side that is compared, a measurement counts; fewer are no data. @defaultValue 100 */
  readonly minRequests?: number | undefined;
  /** How many measurements may fail. @defaultValue 1, of a single one 0 */
  readonly failureLimit?: number | undefined;
  /** For how long there may be no data before the rollout is paused. @defaultValue '2m' */
  readonly patience?: GoDuration | undefined;
  /** For how long Prometheus may be away. @defaultValue '5m' */
  readonly tolerateOutage?: GoDuration | undefined;
  /** @defaultValue 'inconclusive' */
  readonly noData?: ComparedMetricOptions<PrometheusResult>['noData'];
}

/** Names of the options above, but for `minRequests`: not all templates count. */
export const READY_OPTIONS: string =
  'name service serviceLabel by cohortLabel matchers address window interval count initialDelay failureLimit patience tolerateOutage noData';

/** One side of a comparison. */
export type Side = 'canary' | 'stable';

/** Writes PromQL about one service. */
export interface Selection {
  /** `sum(rate(name{...}[window]))`, or by some labels. */
  rate(side: Side, name: string, matchers?: readonly string[], by?: string): string;
  /** `over(name{...}[window])`, such as `avg_over_time`. */
  over(over: string, side: Side, name: string): string;
  /** A query that gives nothing while a counter grew by less than `minRequests`, on any of these sides. */
  whereBusy(query: string, counter: string, sides: readonly Side[]): string;
}

/** A name of a metric as it is in Prometheus. */
export function metricName(check: OptionCheck, path: string, name: unknown): string {
  if (!/^[A-Za-z_:][\w:]*$/.test(check.text(path, name))) {
    check.fail(path, name, 'Use letters, digits, underscores and colons.');
  }
  return name as string;
}

/** Reads the options that say which series are meant. */
export function selectionOf(check: OptionCheck, options: ReadyOptions): Selection {
  const { service = arg('service'), serviceLabel = 'service_name', matchers = [], window = '2m' } = options;
  const by = check.oneOf('by', options.by, 'cohort', ['cohort', 'podTemplateHash']);
  const byHash = by === 'podTemplateHash';
  const label = options.cohortLabel ?? (byHash ? 'rollouts_pod_template_hash' : 'rolloutguard_cohort');
  const least = check.number('minRequests', options.minRequests, 100, { min: 1 });
  check.text('service', service);
  if (!/^(\d+(ms|[smhdwy]))+$|^\{\{args\.[^{}]+\}\}$/.test(check.text('window', window))) {
    check.fail('window', window, "Use a time such as 2m, or arg('window').");
  }
  for (const [index, one] of list(check, 'matchers', matchers).entries()) check.text(`matchers[${index}]`, one);
  const series = (side: Side, name: string, more: readonly string[] = []): string => {
    const role = promqlLabel(label, byHash ? arg(`${side}-hash`) : side);
    return `${name}{${[promqlLabel(serviceLabel, service), role, ...matchers, ...more].join(',')}}[${window}]`;
  };
  return {
    rate: (side, name, more, groups) => `sum${groups ?? ''}(rate(${series(side, name, more)}))`,
    over: (over, side, name) => `${over}(${series(side, name)})`,
    whereBusy: (query, counter, sides) =>
      [query, ...sides.map((side) => `sum(increase(${series(side, counter)})) >= ${least}`)].join('\nand '),
  };
}

/** What makes a measurement good. */
export type Passes = ComparedMetricOptions<PrometheusResult>['passes'];

/** A metric of a ready template. */
export function readyMetric(name: string, query: string, options: ReadyOptions, passes: Passes): Metric {
  const { address, interval = '30s', count = 5, patience = '2m' } = options;
  // A metric whose every measurement may fail never does.
  const { failureLimit = count === 1 ? 0 : 1 } = options;
  const { initialDelay, tolerateOutage, noData } = options;
  return metric(name, prometheus({ ...(address === undefined ? {} : { address }), query }), {
    ...{ interval, initialDelay, failureLimit, patience, tolerateOutage, noData, passes },
    count: count === 'unlimited' ? undefined : count,
  });
}
