/**
 * The live cohort on metrics.
 *
 * Views could add an attribute to every point, but a view counts twice as soon as a second one matches, cancels the
 * reader's aggregation, and under cumulative temporality keeps every old cohort for ever. Swapping the resource at the
 * moment of export has none of this and costs nothing per measurement.
 */
import { ATTRIBUTE } from '../attributes.ts';
import type { CohortSource, EmittedCohort } from './cohort.ts';

/** A resource, as far as it is merged here. */
export interface MergeableResource<R> {
  merge(other: R | null): R;
}

/** Makes a resource from attributes: the SDK's `resourceFromAttributes`. */
export type ResourceFactory<R> = (attributes: Record<string, string>) => R;

/**
 * Returns a function from a base resource to the same resource with the cohort of this moment. For one base and one
 * cohort it always returns the same object, because exporters group by the identity of the resource.
 */
export function liveResource<R extends object & MergeableResource<R>>(
  source: CohortSource,
  makeResource: ResourceFactory<R>,
): (base: R) => R {
  const known = new WeakMap<R, Map<EmittedCohort, R>>();
  return (base) => {
    const cohort = source.current;
    if (cohort === null) return base;
    let byCohort = known.get(base);
    if (byCohort === undefined) {
      byCohort = new Map();
      known.set(base, byCohort);
    }
    let merged = byCohort.get(cohort);
    if (merged === undefined) {
      merged = base.merge(makeResource({ [ATTRIBUTE.cohort]: cohort }));
      byCohort.set(cohort, merged);
    }
    return merged;
  };
}

/** A push metric exporter, as far as it is wrapped here. Fits the SDK's `PushMetricExporter`. */
export interface MetricExporterLike {
  // biome-ignore lint/suspicious/noExplicitAny: the batch and its callback are the SDK's own types, which stay out of ours.
  export(metrics: any, resultCallback: (result: any) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectAggregationTemporality?(instrumentType: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectAggregation?(instrumentType: any): any;
}

/** The methods of `E` that a metric reader calls. */
export type WrappedMetricExporter<E extends MetricExporterLike> = Pick<E, keyof MetricExporterLike & keyof E>;

/**
 * Wraps a metric exporter so that each batch leaves under the resource that `toLive` gives. Everything else, such as
 * the temporality it asks for, is passed on.
 */
export function withLiveResource<E extends MetricExporterLike, R>(
  inner: E,
  toLive: (base: R) => R,
): WrappedMetricExporter<E> {
  const wrapped: MetricExporterLike = {
    export: (metrics: { resource: R }, resultCallback) =>
      inner.export({ ...metrics, resource: toLive(metrics.resource) }, resultCallback),
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
  // A reader takes a missing selector as "use your own default", so an absent one must stay absent.
  const { selectAggregation, selectAggregationTemporality } = inner;
  if (selectAggregation !== undefined) wrapped.selectAggregation = selectAggregation.bind(inner);
  if (selectAggregationTemporality !== undefined) {
    wrapped.selectAggregationTemporality = selectAggregationTemporality.bind(inner);
  }
  return wrapped as WrappedMetricExporter<E>;
}
